import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { eventId } from '../../src/core/lifecycle-event';
import { EventContext, LeaverLimit, PlacementLedger, PlacementLock, RequestLedger, StoredRequest, Table } from '../ledger';
import { Plan } from '../lifecycle/plan';
import { LifecycleRequest } from '../lifecycle/request';
import { WiperContext } from '../wipers';

export interface EngineConfig {
  readonly registry: string;
  readonly busName: string;
  readonly bucket: string;
  readonly propagationWaitSeconds: number;
  readonly leaverLimit: LeaverLimit;
  /** Set on a local emulator only. */
  readonly localEndpoint?: string;
}

export interface Log {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
}

/** What the steps act with and on. */
export interface Engine extends WiperContext {
  readonly config: EngineConfig;
  readonly table: Table;
  readonly ledger: PlacementLedger;
  readonly requests: RequestLedger;
  readonly lock: PlacementLock;
  readonly cloudFormation: CloudFormationClient;
  readonly stateMachine: SFNClient;
  readonly bus: EventBridgeClient;
  readonly s3: S3Client;
  readonly log: Log;
  /** Adds to a metric of the engine. */
  readonly count: (metric: string) => void;
}

/** Where the state machine branches, in the order in which a plan uses them. Quarantine brings its wait, Wipe its verification and termination. */
export type StepName = 'Quarantine' | 'Restore' | 'Wipe' | 'Record' | 'Answer' | 'Refuse';

/** What the state machine hands from step to step: no person, no URL, no secret. */
export interface Run {
  readonly requestId: string;
  /** Those still to come; the first is next. */
  readonly steps: readonly StepName[];
  readonly next: StepName;
  readonly waitSeconds: number;
  readonly wipers: readonly string[];
  /** Why nothing is done. */
  readonly refusal?: { readonly Error: string; readonly Cause: string };
}

/** A request with the plan that was decided on. */
export interface Task {
  readonly request: LifecycleRequest;
  readonly stored: StoredRequest;
  readonly plan: Plan;
}

/** Under what a task's wipe reports are kept: those of a leave go on with the next request for it, as the certificate tells of all of them. */
export function reportsId({ request, plan }: Task): string {
  const left = plan.events.find(({ name }) => name === 'left');
  return left === undefined ? request.requestId : eventId(request.placement, left.key);
}

export function eventContext(engine: Engine, request: LifecycleRequest): EventContext {
  return { registry: engine.config.registry, actor: request.operator ?? request.stackId, time: engine.now() };
}

/** The same run with its first step done. */
export function advance(run: Run, changes: Partial<Run> = {}): Run {
  const steps = run.steps.slice(1);
  return { ...run, ...changes, steps, next: steps[0] };
}
