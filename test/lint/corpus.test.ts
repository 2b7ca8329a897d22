import * as fs from 'fs';
import * as path from 'path';
import { FindingCode } from '../../src/findings/codes';
import { netpol } from '../cli/command';
import { sharedFolder } from '../engines-verdicts/shared';

/*
 * What the rules about ports, addresses, DNS and hyphens find in manifests of real projects, as they are published. Each finding was looked at. The
 * shared folder is not part of the repository.
 */

const CORPUS = sharedFolder('corpus', 'what lint finds in real projects');

const CODES: readonly FindingCode[] = [
  'NP110', 'NP111', 'NP112', 'NP113', 'NP114', 'NP115', 'NP120', 'NP121', 'NP122', 'NP123', 'NP124', 'NP125', 'NP143', 'NP144', 'NP145',
];

/** The findings in a file or folder, without its name. */
async function found(name: string): Promise<string[]> {
  const target = path.join(CORPUS!, name);
  const { stdout } = await netpol(['lint', target, '--keep-going', '--render', 'never', '-o', 'json']);
  const findings = JSON.parse(stdout) as { code: FindingCode; severity: string; message: string }[];
  return findings.filter(({ code }) => CODES.includes(code)).map(({ code, severity, message }) => `${severity} ${code}: ${message}`);
}

(CORPUS === undefined ? describe.skip : describe)('the manifests of real projects', () => {
  test.each(fs.existsSync(CORPUS ?? '') ? fs.readdirSync(CORPUS!).filter(name => !name.endsWith('.md')) : ['-'])('%s has no finding as it is stored, whatever is not rendered', async name => {
    expect(await found(name)).toEqual([]);
  });

  // The proxy of redis-ha listens on 6379, 9101 and 8888. Its policy also names the port of Sentinel, which the proxy does not serve.
  test('Argo CD opens a port of its Redis proxy that no container declares', async () => {
    expect(await found('argo-cd/manifests/ha/install.yaml')).toEqual([
      'warning NP110: default/argocd-redis-ha-proxy-network-policy spec.ingress[0] names TCP 26379, but no container of default/argocd-redis-ha-haproxy[Deployment] declares it',
    ]);
  });

  test('kube-prometheus, whose policies name the ports of its containers, has no finding', async () => {
    expect(await found('kube-prometheus/manifests')).toEqual([]);
  });
});
