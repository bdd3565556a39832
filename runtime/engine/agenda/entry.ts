import { AgendaSettings } from '../../model/agenda-settings';
import { DirectoryAnswers } from '../../model/directory';
import { DriftLook } from '../../model/drift';
import { DueReason, PlacementState, SwitchedOff } from '../../model/placement-state';
import { Plan } from '../../model/plan';
import { Attend, LifecycleRequest } from '../../model/request';
import { Shown } from '../../model/review';
import { SeenCost, Usage } from '../../model/usage';
import { FinishContext } from '../decision/context';

/** What an entry depends on besides state and request. What AWS reports is empty unless the entry observes it. */
export interface AttendContext extends FinishContext {
  readonly settings: AgendaSettings;
  /** Use of the present principal. Empty unless the entry judges it. */
  readonly usage: Usage;
  /** The present principal as IAM shows it. Unknown unless the entry compares it. */
  readonly drift: DriftLook;
  /** What the directory says of sponsor and backup. Empty unless the entry looks them up. */
  readonly sponsors: DirectoryAnswers;
  /** What Cost Explorer says, by the texts of tags. Absent unless the entry looks costs up. */
  readonly costs?: ReadonlyMap<string, SeenCost>;
  /** Why the stacks of the agent could not be read. Absent if they were, or if the entry does not need them. */
  readonly unreadable?: string;
  /** Credentials that are on. Absent unless the entry looks for them, and if the look failed. */
  readonly credentialsOn?: readonly SwitchedOff[];
  /** What reviewers are shown. Absent unless the entry shows it, and if the role does not exist. */
  readonly shown?: Shown;
}

/** One kind of thing that can be due for an agent. */
export interface AgendaEntry {
  readonly reason: DueReason;
  /** Whether the entry suspends, removes or passes on the agent. The limit of a sweep counts these. */
  readonly removes: boolean;
  /** What the engine reads from AWS before it decides. Absent for an entry that needs only the state. */
  readonly observes?: 'stacks' | 'usage' | 'drift' | 'sponsors' | 'access' | 'costs' | 'credentials';
  /** The instant from which it is due. Undefined if it never is in this state. */
  readonly dueAt: (state: PlacementState, settings: AgendaSettings) => string | undefined;
  /** What the engine does when it is due. The plan must move the due instant, or the next sweep would do it again. */
  readonly plan: (state: PlacementState, request: LifecycleRequest<Attend>, context: AttendContext) => Plan;
}
