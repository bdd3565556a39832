import { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SFNClient } from '@aws-sdk/client-sfn';
import { StackReader } from '../cloudformation';
import { PlainCalls } from '../plain-calls';
import { TaggedContext } from '../principals';
import { RevokerContext } from '../revokers';

/** Clients of the services in which an agent runs or is made to run. */
export interface CutContext extends TaggedContext, StackReader {
  readonly lambda: LambdaClient;
  readonly bus: EventBridgeClient;
  readonly scheduler: SchedulerClient;
  readonly stateMachine: SFNClient;
  readonly agentRuntimes: BedrockAgentCoreControlClient;
  /** Function that talks to third parties. */
  readonly revokerFunction: string;
  readonly keepAsked: RevokerContext['keepAsked'];
  readonly askIsOver: RevokerContext['askIsOver'];
  /** Services that are called without a client of the SDK. */
  readonly calls: Pick<PlainCalls, 'ecs' | 'ec2' | 'accessAnalyzer' | 'rest'>;
}
