import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { MetricName } from '../../src/contract/metrics';
import { CutContext } from '../aws/cuts';
import { PolicyClients } from '../aws/granted';
import { PlainCalls } from '../aws/plain-calls';
import { WiperContext } from '../aws/wipers';
import { LeaverLimit, PlacementLedger, PlacementLock, RequestLedger, Table } from '../ledger';
import { AgendaSettings } from '../model/agenda-settings';
import { LifecycleRequest } from '../model/request';

/** How long to wait for another look: `DescribeExecution` is eventually consistent. https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html */
export const KNOWN_AFTER_MS = 3_000;

export interface EngineConfig {
  readonly registry: string;
  readonly busName: string;
  readonly bucket: string;
  readonly propagationWaitSeconds: number;
  readonly leaverLimit: LeaverLimit;
  readonly agenda: AgendaSettings;
  /** Function that asks the directory of people. Absent if the registry has none. */
  readonly sponsorFunction?: string;
  /** Name of the function that looks costs up. Absent if the registry does not. */
  readonly costFunction?: string;
  /** Set on a local emulator only. */
  readonly localEndpoint?: string;
}

interface Log {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
}

/** The clients and stores that the steps use. */
export interface Engine extends WiperContext, CutContext {
  readonly config: EngineConfig;
  readonly table: Table;
  readonly ledger: PlacementLedger;
  readonly requests: RequestLedger;
  readonly lock: PlacementLock;
  readonly cloudFormation: CloudFormationClient;
  readonly stateMachine: SFNClient;
  /** ARN of the one execution that does a request. */
  readonly executionOf: (request: LifecycleRequest) => string;
  readonly bus: EventBridgeClient;
  readonly s3: S3Client;
  /** For the policies of resources that an agent's access names. */
  readonly policyClients: PolicyClients;
  readonly calls: CutContext['calls'] & WiperContext['calls'] & Pick<PlainCalls, 'costExplorer'>;
  readonly log: Log;
  /** Waits, while IAM makes a report. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Adds one to a metric of the engine. */
  readonly count: (metric: MetricName) => void;
}
