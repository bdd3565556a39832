import { APP_PATH, appCode } from './code/app-code';
import { StackId, stackOfPath } from './code/stack-names';
import { DeclaredAgent, GeneratedFile, writtenBefore, WrittenBefore } from './code/written-file';
import { FolderFiles } from './folder';
import { AgentRow } from './model';
import { RowFaults } from '../../src/core/row-faults';
import { shown } from '../../src/core/shown';

/** What happens to a file of the folder. */
export interface FileChange {
  readonly path: string;
  readonly does: 'write' | 'remove' | 'keep';
  readonly before?: string;
  /** Absent for a file that is removed or kept. */
  readonly after?: string;
  /** Why a file is kept that would otherwise be changed. */
  readonly because?: string;
}

const EDITED = 'it was edited since it was written';

/**
 * What an adoption changes in its folder. Sources come before the app that imports them.
 *
 * @throws InvalidInputError `FolderConflict` with all that is in the way
 */
export function planAdoption(files: readonly GeneratedFile[], agents: readonly AgentRow[], folder: FolderFiles): FileChange[] {
  const faults = new RowFaults('the folder', 'FolderConflict', 'run it again');
  const known = knownIn(folder);
  for (const { path } of [...files, { path: APP_PATH }]) {
    if (folder.has(path) && !known.has(path)) {
      faults.add({}, undefined, 'FileForeign', `${shown(path)} was not written by nhi adopt: name another folder with --out, or another stack in the column stack`);
    }
  }
  for (const [path, { agents: declared, isUnchanged, place }] of known) {
    const file = files.find((one) => one.path === path);
    const after = file === undefined ? undefined : writtenBefore(file.text);
    if (isUnchanged) {
      checkAgents(path, declared, after?.agents ?? [], agents, faults);
    }
    if (place !== undefined && after?.place !== undefined && (place.registry !== after.place.registry || place.region !== after.place.region)) {
      faults.add({}, undefined, 'PlaceWouldChange',
        `the agents of ${shown(path)} are of registry ${place.registry} in ${place.region}: give --registry and --region of it, or another folder with --out`);
    }
  }
  faults.throwIfAny(0);
  const stacks = stacksOf([...files.map(({ path }) => path), ...known.keys()]);
  const app = appCode(stacks);
  const obsolete = [...known].filter(([path, { isUnchanged }]) => path.endsWith('.md') && isUnchanged && !files.some((file) => file.path === path)).map(([path]) => path);
  return [
    ...[...files].sort((one, other) => (one.path < other.path ? -1 : 1)).flatMap((file) => changeOf(file, folder, known)),
    ...changeOf(app, folder, known),
    ...obsolete.map((path): FileChange => ({ path, does: 'remove', before: folder.get(path)! })),
  ];
}

/** What takes back what adoptions added to a folder. The app comes before the sources that it imports. */
export function planUndo(folder: FolderFiles): FileChange[] {
  const known = knownIn(folder);
  const kept = (path: string, { isUnchanged, agents }: WrittenBefore): string | undefined => {
    const leaving = agents.filter(({ how, onRemoval }) => how === 'adopt' && onRemoval === 'leave').map(({ agentName }) => agentName);
    return !isUnchanged ? EDITED : leaving.length === 0 ? undefined
      : `the roles of ${leaving.join(', ')} would be denied everything for good: write release in the column on_removal, run nhi adopt, and deploy ${stackOfPath(path)?.stackName ?? path} first`;
  };
  const all = [...known].filter(([path]) => path !== APP_PATH).map(([path, written]): FileChange => {
    const because = kept(path, written);
    return because === undefined ? { path, does: 'remove', before: folder.get(path)! } : { path, does: 'keep', because };
  });
  const stacks = stacksOf(all.filter(({ does }) => does === 'keep').map(({ path }) => path));
  const app = known.get(APP_PATH);
  const changeOfApp: FileChange[] = app === undefined ? []
    : !app.isUnchanged ? [{ path: APP_PATH, does: 'keep', because: EDITED }]
      : stacks.length === 0 ? [{ path: APP_PATH, does: 'remove', before: folder.get(APP_PATH)! }] : changeOf(appCode(stacks), folder, known);
  return [...changeOfApp, ...all];
}

function knownIn(folder: FolderFiles): ReadonlyMap<string, WrittenBefore> {
  return new Map([...folder].flatMap(([path, text]) => {
    const written = writtenBefore(text);
    return written === undefined ? [] : [[path, written]];
  }));
}

function stacksOf(paths: readonly string[]): StackId[] {
  return [...new Set(paths)].flatMap((path) => stackOfPath(path) ?? []);
}

function changeOf({ path, text }: GeneratedFile, folder: FolderFiles, known: ReadonlyMap<string, WrittenBefore>): FileChange[] {
  const [before, written] = [folder.get(path), known.get(path)];
  if (before === undefined || written === undefined) {
    return [{ path, does: 'write', after: text }];
  }
  const { digest } = writtenBefore(text)!;
  // A file that was edited is not reported as long as the same would be written as before.
  return written.digest === digest ? [] : written.isUnchanged ? [{ path, does: 'write', before, after: text }] : [{ path, does: 'keep', because: EDITED }];
}

function checkAgents(
  path: string, declared: readonly DeclaredAgent[], after: readonly DeclaredAgent[], agents: readonly AgentRow[], faults: RowFaults,
): void {
  for (const { agentName, how } of declared) {
    const then = after.find((one) => one.agentName === agentName);
    const row = agents.find((one) => one.agentName === agentName && path.startsWith(`${one.account}/`));
    if (then === undefined) {
      faults.add({}, undefined, 'AgentWouldLeave', `${shown(path)} declares agent ${agentName}, and by the table it would not: ${row === undefined
        ? 'keep its row; to end it, edit the file' : 'an agent stays in its stack: write that in the column stack'}`);
    } else if (then.how !== how && !(how === 'adopt' && row?.isAgent === true)) {
      faults.add({}, undefined, 'AgentWouldChange', how === 'adopt'
        ? `agent ${agentName} in ${shown(path)} adopted its role: take a new inventory, in which the column agent says so, to migrate it`
        : `agent ${agentName} in ${shown(path)} has a role of its own: it can't adopt another; write migrate`);
    }
  }
}
