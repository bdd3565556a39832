import { Cloud } from './cloud';
import { invoke, makeFunction } from './functions';

/** Everything that an emulator with a running function has, and must not leave. */
export interface Resident {
  readonly url: string;
  /** The emulator, the function's process, and one that this started and that nobody waits for. */
  readonly pids: number[];
  readonly directory: string;
}

const SOURCE = `
  const { spawn } = require('node:child_process');
  exports.handler = async () => {
    const orphan = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    orphan.unref();
    return { pids: [process.pid, orphan.pid], directory: require('node:os').tmpdir() };
  };`;

export async function makeResident(cloud: Cloud): Promise<Resident> {
  await makeFunction(cloud, 'resident', SOURCE);
  const { pids, directory } = await invoke(cloud, 'resident') as Omit<Resident, 'url'>;
  return { url: cloud.emulator.url, pids: [cloud.emulator.pid ?? 0, ...pids], directory };
}
