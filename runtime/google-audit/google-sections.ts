import { recordsNothing, SectionKind } from '../audit/report/sections';

/** What the events of a registry on Google do not say of a section. */
interface OnGoogle {
  readonly title?: string;
  /** Why nothing is recorded, if that is so. */
  readonly nothing?: string;
  /** What was looked at besides events. */
  readonly also?: string;
}

/** Sections that differ from those of AWS. On Google no engine runs, so what only an engine does is not recorded. */
const ON_GOOGLE: Readonly<Record<string, OnGoogle>> = {
  'joiners': { also: 'the declaration under agents/ that was there when the event was written' },
  'approvals': { nothing: 'a registry on Google has no approvals; they belong to the pipeline that deploys' },
  'third-parties': { title: 'Access outside of Google Cloud' },
  'reviews': { nothing: 'a registry on Google has no reviews' },
  'overdue': { nothing: 'a registry on Google has no reviews' },
  'exceptions': { nothing: 'a registry on Google has no exceptions, and no later ends for ended agents' },
  'limits': { nothing: 'a registry on Google has no limits and no sweeps' },
  'unused': { nothing: 'a registry on Google does not look for unused agents' },
  'drift': { nothing: 'a registry on Google does not look for changes by hand; the certificate of a leave has what the leave found' },
  'changes': { also: 'changes of access and purpose are no events on Google: each declaration is under agents/' },
  'failures': { nothing: 'a registry on Google records no transitions that failed; nhi list names what is unfinished now, and the records under teardowns/ say what each run left' },
  'campaigns': { nothing: 'a registry on Google has no campaigns' },
};

/** The title of a section of a registry on Google, and where its rows were looked for. */
export function describeOnGoogle({ id, title, events }: SectionKind): { readonly title: string; readonly source: string } {
  const { title: own = title, nothing, also } = ON_GOOGLE[id] ?? {};
  const source = nothing === undefined
    ? [`events ${events.join(', ')} of all agents`, ...also === undefined ? [] : [also]].join('; ')
    : recordsNothing(nothing);
  return { title: own, source };
}
