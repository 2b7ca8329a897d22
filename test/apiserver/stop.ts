import { Server } from './server';

/** Runs after all tests, whether they pass or fail. */
export default async function stop(): Promise<void> {
  await ((globalThis as any).apiserver as Server | undefined)?.stop();
}
