import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { executionArn } from '../../src/contract/registry-names';
import { InvalidInputError, RetryableError } from '../../src/core/errors';
import { eventId, LifecycleEvent, Placement } from '../../src/core/lifecycle-event';
import { ShownAccess, shownIn } from '../certification';
import { decidedKey } from '../engine/decision/review-record';
import { Answered } from '../engine/execution';
import { executionName, startTransition } from '../engine/start-transition';
import { Fleet, PlacementLedger, RequestLedger, Table, Write } from '../ledger';
import { PlacementState } from '../model/placement-state';
import { LifecycleRequest, PageIntent } from '../model/request';
import { OpenReview } from '../model/review';

/** What became of a decision. */
export type Outcome =
  | { readonly is: 'waiting' | 'at-work' | 'done' }
  | { readonly is: 'refused'; readonly code: string; readonly message: string };

/** What the page reads of agents and reviews, and where decisions go. */
export interface ReviewDesk {
  readonly state: (placement: Placement) => Promise<PlacementState | undefined>;
  /** What the engine stored to be shown. Undefined if the evidence is not what the engine wrote. */
  readonly shown: (open: OpenReview) => Promise<ShownAccess | undefined>;
  /** The latest events, the earliest first. */
  readonly events: (state: PlacementState) => Promise<readonly LifecycleEvent[]>;
  readonly fleet: Fleet['byName'];
  /**
   * Asks the engine for a decision. All of the writes, or nothing, is stored with the request.
   *
   * @throws RetryableError `LedgerConflict` if one of the writes is refused
   */
  readonly ask: (request: LifecycleRequest<PageIntent>, alongside: readonly Write[]) => Promise<void>;
  /** What is to be changed in the agent's code after a decision that is recorded. Empty if no change follows from it. */
  readonly codeChange: (request: Pick<LifecycleRequest, 'requestId' | 'placement'>) => Promise<CodeOfDecision>;
  /** Undefined for a request that was never made. */
  readonly outcome: (request: Pick<LifecycleRequest, 'requestId' | 'placement' | 'origin'>) => Promise<Outcome | undefined>;
}

/** A sentence for each statement, and the agent's construct if it is known. */
export interface CodeOfDecision {
  readonly statements: readonly string[];
  readonly construct?: string;
}

export interface DeskParts {
  readonly table: Table;
  readonly s3: S3Client;
  readonly bucket: string;
  readonly stateMachine: SFNClient;
  readonly stateMachineArn: string;
  readonly now: () => Date;
}

/** Enough for the whole life of most agents. */
const LATEST_EVENTS = 500;

/** The registry's ledger, evidence and engine. */
export function registryDesk({ table, s3, bucket, stateMachine, stateMachineArn, now }: DeskParts): ReviewDesk {
  const ledger = new PlacementLedger(table);
  const requests = new RequestLedger(table);
  return {
    state: (placement) => ledger.state(placement),
    events: (state) => ledger.latestEvents(state, LATEST_EVENTS),
    fleet: (which, part) => ledger.fleet.byName(which, part),
    shown: async ({ shown: { key, sha256 } }) => {
      const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return shownIn(await body!.transformToString(), sha256);
    },
    ask: async (request, alongside) => {
      try {
        await table.write([requests.saving({ request }, now()), ...alongside]);
      } catch (error) {
        // The same form sent twice is the same request.
        if (!(error instanceof RetryableError) || !await isStored(table, requests, request)) {
          throw error;
        }
      }
      await startTransition(stateMachine, stateMachineArn, request);
    },
    codeChange: async ({ requestId, placement }) => {
      const id = eventId(placement, decidedKey(requestId));
      const event = (await ledger.events(placement)).find((one) => one.id === id);
      const { codeChange = [], construct } = (event?.data.unmapped as { readonly details?: Details } | undefined)?.details ?? {};
      return { statements: codeChange, ...(construct === undefined ? {} : { construct }) };
    },
    outcome: async (request): Promise<Outcome | undefined> => (
      await outcomeOf(stateMachine, executionArn(stateMachineArn, executionName(request as LifecycleRequest)))
      // Stored, and the process died before the execution was started; or its execution is not visible yet.
      ?? (await isStored(table, requests, request) ? { is: 'waiting' } : undefined)),
  };
}

interface Details { readonly codeChange?: readonly string[]; readonly construct?: string }

async function isStored(table: Table, requests: RequestLedger, { requestId }: Pick<LifecycleRequest, 'requestId'>): Promise<boolean> {
  const { pk, sk } = requests.bodyKey(requestId);
  return await table.get(pk, sk) !== undefined;
}

async function outcomeOf(stateMachine: SFNClient, execution: string): Promise<Outcome | undefined> {
  try {
    const { status, output, error = 'Unknown', cause = '' } = await stateMachine.send(new DescribeExecutionCommand({ executionArn: execution }));
    if (status === 'RUNNING' || status === 'PENDING_REDRIVE') {
      return { is: 'at-work' };
    }
    const { answered, code = error, message = cause } = JSON.parse(output ?? '{}') as Partial<Answered>;
    return answered === 'SUCCESS' ? { is: 'done' } : { is: 'refused', code, message };
  } catch (error) {
    if (error instanceof Error && error.name === 'ExecutionDoesNotExist') {
      return undefined;
    }
    throw error;
  }
}

/** @throws InvalidInputError `EvidenceChanged` */
export async function requireShown(desk: ReviewDesk, open: OpenReview): Promise<ShownAccess> {
  const shown = await desk.shown(open);
  if (shown === undefined) {
    throw new InvalidInputError('EvidenceChanged', `${open.shown.key} in the evidence is not what the engine stored for reviewers: tell the operators of the registry, and decide nothing`);
  }
  return shown;
}
