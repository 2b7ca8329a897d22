import { findBinaries } from './binaries';
import { createDefinitions } from './definitions';
import { Server } from './server';
import { warnSkipped } from '../support/go';

/** Runs before all tests. Starts a server and puts its access into the environment, or warns that there is no server. */
export default async function start(): Promise<void> {
  const binaries = findBinaries();
  if (typeof binaries === 'string') {
    warnSkipped('the tests on a real API server', binaries);
    return;
  }
  const server = new Server(binaries);
  (globalThis as any).apiserver = server;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) { process.once(signal, () => process.exit(1)); }
  try {
    const access = await server.start();
    process.env.APISERVER_ACCESS = JSON.stringify(access);
    const why = createDefinitions(access);
    if (why === undefined) { process.env.APISERVER_DEFINITIONS = 'created'; } else { warnSkipped('the tests with cluster-wide policies on a real API server', why); }
  } catch (error) {
    await server.stop();
    throw error;
  }
}
