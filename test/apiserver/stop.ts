import { Server } from './server';

/** After all tests, whatever came of them. */
export default async function stop(): Promise<void> {
  await ((globalThis as any).apiserver as Server | undefined)?.stop();
}
