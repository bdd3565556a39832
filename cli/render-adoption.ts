import { word } from './shell-words';
import { APP_PATH, FileChange, stackIdOf, stackOfPath, unifiedDiff } from '../runtime/adoption';
import { printable } from '../runtime/evidence';

/** What an adoption did in its folder. */
export interface AdoptionOutcome {
  readonly folder: string;
  readonly changes: readonly FileChange[];
  /** Absent for an undo. */
  readonly counts: { readonly adopted?: number; readonly migrating?: number; readonly undecided?: number };
  readonly isUndo: boolean;
  readonly region: string;
}

const DONE: Readonly<Record<FileChange['does'], string>> = { write: 'written', remove: 'removed', keep: 'KEPT' };

/** Each file, the agents, and what comes next. */
export function renderAdoption({ folder, changes, counts, isUndo, region }: AdoptionOutcome): string {
  const stacks = changes.filter(({ does }) => does === (isUndo ? 'remove' : 'write')).flatMap(({ path }) => stackOfPath(path) ?? []);
  const { adopted = 0, migrating = 0, undecided = 0 } = counts;
  // The CDK gives it to a shell again.
  const app = `--app ${word(`npx tsx ${word(`${folder.replace(/\/$/, '')}/${APP_PATH}`)}`)}`;
  return [
    ...changes.length === 0 ? ['nothing to do: the folder is as it would be'] : changes.map(({ path, does, because }) => `${DONE[does].padEnd(7)}  ${path}${because === undefined ? '' : `: ${because}`}`),
    ...isUndo ? [
      ...stacks.length === 0 ? [] : ['', 'if they were deployed: deleting a stack gives adopted roles back as they were, and lets agents with roles of their own leave'],
      ...stacks.map(({ account, stackName }) => `  in account ${account}: aws cloudformation delete-stack --stack-name ${stackName} --region ${region || '<region>'}`),
    ] : [
      '',
      `adopted: ${adopted}, with a role of its own: ${migrating}, undecided: ${undecided}`,
      ...stacks.length === 0 ? [] : ['', 'next: look at the difference, then deploy', `  npx cdk diff ${app} ${stacks.map(stackIdOf).join(' ')}`],
    ],
  ].map(printable).join('\n');
}

/** The difference in unified form, and what would be kept. */
export function renderAdoptionDiff(changes: readonly FileChange[]): string {
  return changes.length === 0 ? 'nothing to do: the folder is as it would be' : changes.map(({ path, does, before, after, because }) => (
    does === 'keep' ? `# kept: ${path}: ${because}` : unifiedDiff(path, before, after))).join('\n').split('\n').map(printable).join('\n');
}
