import { Option } from 'commander';
import { downloadEvidence, verifyBundle } from '../../runtime/audit';
import { isIntact, VerifiedPlacement, Verdict } from '../../runtime/operator';
import { InvalidInputError } from '../../src/core/errors';
import { agentArgument, examples, Shell, Verb } from '../command';
import { digestOf } from '../digest';
import { EXIT } from '../exit-codes';
import { renderVerdict, renderVerdicts } from '../render';
import { renderBundle, renderDownloaded } from '../render-bundle';

interface VerifyFlags {
  readonly all?: true;
  readonly download?: string;
  readonly bundle?: string;
  readonly digest?: string;
}

export const verify: Verb = {
  register: (nhi, shell) => nhi.command('verify')
    .description(`compute the chain of events of an agent, or of all, again, and compare it with state and evidence; exit code ${EXIT.found} if anything differs`)
    .addArgument(agentArgument('[agent]'))
    .option('--all', 'all agents that the registry has or had')
    .option('--download <folder>', 'instead: copy all evidence of the registry into a new folder, to verify it elsewhere')
    .option('--bundle <folder>', 'instead: verify such a folder, without network and credentials; names the first thing that does not fit')
    .addOption(new Option('--digest <sha256>', 'with --bundle: the digest that --download printed').argParser(digestOf))
    .addHelpText('after', examples('nhi verify invoice-bot', 'nhi verify --download evidence-2026', 'nhi verify --bundle evidence-2026'))
    .action(async (agent: string | undefined, { all, download, bundle, digest }: VerifyFlags) => {
      if ([agent, all, download, bundle].filter((target) => target !== undefined).length !== 1 || (digest !== undefined && bundle === undefined)) {
        throw new InvalidInputError('VerifyTargetMissing', 'name one agent, or give one of --all, --download and --bundle; --digest goes with --bundle');
      }
      if (download !== undefined) {
        return downloadTo(shell, download);
      }
      const isSound = bundle !== undefined ? await verifyFolder(shell, bundle, digest)
        : (agent === undefined ? await verifyAll(shell) : [await verifyOne(shell, agent)]).every(isIntact);
      if (!isSound) {
        shell.exitWith(EXIT.found);
      }
    }),
};

async function downloadTo({ reading, print, asking }: Shell, folder: string): Promise<void> {
  let progress = 'reading the ledger';
  const tell = (done: number): void => void (progress = `${done} objects copied`);
  print(await reading(() => progress, (connection) => downloadEvidence(connection, folder, asking().now, tell)), renderDownloaded);
}

async function verifyFolder({ offline, print }: Shell, folder: string, digest: string | undefined): Promise<boolean> {
  let progress = 'reading the manifest';
  const verdict = await offline(() => progress, () => verifyBundle(folder, digest, (what) => void (progress = `${what} verified`)));
  print(verdict, renderBundle);
  return verdict.findings.length === 0;
}

async function verifyOne({ read, print, asking }: Shell, agent: string): Promise<VerifiedPlacement> {
  const verdict = await read(`verifying ${agent}`, (registry) => registry.verify(agent, asking().now));
  print(verdict, renderVerdict);
  return verdict;
}

async function verifyAll({ read, print, asking }: Shell): Promise<Verdict[]> {
  let progress = 'reading the fleet';
  const tell = (done: number, all: number): void => void (progress = `${done} of ${all} chains verified`);
  const verdicts = await read(() => progress, (registry) => registry.verifyAll(asking().now, tell));
  print(verdicts, renderVerdicts);
  return verdicts;
}
