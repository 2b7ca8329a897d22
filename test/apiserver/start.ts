import { findBinaries } from './binaries';
import { Server } from './server';
import { saySkipped } from '../support/go';

/** Before all tests: a server, whose access the tests find in the environment; or a loud word that there is none. */
export default async function start(): Promise<void> {
  const binaries = findBinaries();
  if (typeof binaries === 'string') {
    saySkipped('nothing is tried on a real API server', binaries);
    return;
  }
  const server = new Server(binaries);
  (globalThis as any).apiserver = server;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) { process.once(signal, () => process.exit(1)); }
  try {
    process.env.APISERVER_ACCESS = JSON.stringify(await server.start());
  } catch (error) {
    await server.stop();
    throw error;
  }
}
