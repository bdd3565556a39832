import { Cloud } from './cloud';
import { invoke, makeFunction } from './functions';

/** Everything that belongs to an emulator with a running function, and that it must not leave behind. */
export interface Resident {
  readonly url: string;
  /** The emulator, the function's process, and a child of that process that nothing waits for. */
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
