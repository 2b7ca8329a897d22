import { ChildProcess, spawn } from 'child_process';
import { generateKeyPairSync, randomBytes } from 'crypto';
import * as fs from 'fs';
import * as https from 'https';
import * as net from 'net';
import * as os from 'os';
import * as path from 'path';
import { Binaries } from './binaries';

/** How to reach a running server. */
export interface Access {
  readonly port: number;
  readonly token: string;
  /** The self-signed certificate of the server. */
  readonly certificate: string;
  readonly kubectl: string;
}

const READY_WITHIN_SECONDS = 120;

/** kube-apiserver and its etcd, both on loopback, with a folder that is deleted when they stop. */
export class Server {
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'apiserver-'));
  private readonly processes: ChildProcess[] = [];
  private readonly token = randomBytes(16).toString('hex');
  private readonly onExit: () => void;

  constructor(private readonly binaries: Binaries) {
    // Both must end when this process ends, however it ends.
    this.onExit = () => this.kill('SIGKILL');
  }

  /** Starts both and waits until the server is ready. */
  public async start(): Promise<Access> {
    process.once('exit', this.onExit);
    const [client, peer, secure] = await freePorts(3);
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const keyFile = this.write('sa.key', privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const publicFile = this.write('sa.pub', publicKey.export({ type: 'spki', format: 'pem' }));
    const certificates = path.join(this.folder, 'certificates');
    const url = `http://127.0.0.1:${client}`;
    this.run('etcd', this.binaries.etcd, [
      '--data-dir', path.join(this.folder, 'etcd'), '--listen-client-urls', url, '--advertise-client-urls', url,
      '--listen-peer-urls', `http://127.0.0.1:${peer}`,
    ]);
    this.run('kube-apiserver', this.binaries.apiserver, [
      `--etcd-servers=${url}`, `--service-account-key-file=${publicFile}`, `--service-account-signing-key-file=${keyFile}`,
      '--service-account-issuer=https://kubernetes.default.svc', `--token-auth-file=${this.write('tokens.csv', `${this.token},admin,admin,system:masters\n`)}`,
      '--authorization-mode=RBAC', '--bind-address=127.0.0.1', `--secure-port=${secure}`, `--cert-dir=${certificates}`,
      '--service-cluster-ip-range=10.0.0.0/24', '--endpoint-reconciler-type=none',
      // No controller runs that would create service accounts and namespaces. Without these two plugins, pods and policies need
      // none, and it is validation that refuses a namespace with an invalid name, as the tests expect.
      '--disable-admission-plugins=ServiceAccount,NamespaceLifecycle',
    ]);
    const certificateFile = path.join(certificates, 'apiserver.crt');
    for (let wait = 0; wait < READY_WITHIN_SECONDS * 10; wait++) {
      const ended = this.processes.find(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null);
      if (ended !== undefined) { throw new Error(`${ended.spawnfile} ended at once:\n${this.logs()}`); }
      if (fs.existsSync(certificateFile)) {
        const access = { port: secure, token: this.token, certificate: fs.readFileSync(certificateFile, 'utf8'), kubectl: this.binaries.kubectl };
        if (await isReady(access)) { return access; }
      }
      await new Promise(resolve => setTimeout(resolve, 100));
    }
    throw new Error(`kube-apiserver was not ready after ${READY_WITHIN_SECONDS} seconds:\n${this.logs()}`);
  }

  /** Stops both and deletes their folder. */
  public async stop(): Promise<void> {
    const ends = this.processes.filter(isRunning).map(child => new Promise(resolve => child.once('exit', resolve)));
    this.kill('SIGTERM');
    const late = setTimeout(() => this.kill('SIGKILL'), 10_000);
    await Promise.all(ends);
    clearTimeout(late);
    process.removeListener('exit', this.onExit);
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  private kill(signal: NodeJS.Signals): void {
    // The server stops first, because it waits for a missing etcd.
    for (const child of [...this.processes].reverse().filter(isRunning)) { child.kill(signal); }
  }

  private run(name: string, command: string, args: readonly string[]): void {
    const log = fs.openSync(path.join(this.folder, `${name}.log`), 'w');
    this.processes.push(spawn(command, args, { cwd: this.folder, stdio: ['ignore', log, log] }));
    fs.closeSync(log);
  }

  private write(name: string, content: string | Buffer): string {
    const file = path.join(this.folder, name);
    fs.writeFileSync(file, content, { mode: 0o600 });
    return file;
  }

  private logs(): string {
    return fs.readdirSync(this.folder).filter(file => file.endsWith('.log'))
      .map(file => `${file}:\n${fs.readFileSync(path.join(this.folder, file), 'utf8').slice(-4000)}`).join('\n');
  }
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

function isReady({ port, token, certificate }: Access): Promise<boolean> {
  return new Promise(resolve => {
    https.get({ host: '127.0.0.1', port, path: '/readyz', ca: certificate, agent: false, headers: { authorization: `Bearer ${token}` } }, response => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on('error', () => resolve(false));
  });
}

/** Free ports. All are open at the same time, so that no two are equal. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => new Promise<net.Server>((resolve, reject) => {
    const server = net.createServer().once('error', reject).listen(0, '127.0.0.1', () => resolve(server));
  })));
  const ports = servers.map(server => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))));
  return ports;
}
