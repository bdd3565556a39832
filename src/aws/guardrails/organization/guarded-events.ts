import { aws_events as events } from 'aws-cdk-lib';
import { CHANGING_VERBS } from './service-control-policy';
import { RegistryNames } from '../../../contract/registry-names';

const DENIED = 'explicit deny in a service control policy';
/** Of a denied call CloudTrail records no parameters: that a policy of the organization denied it, and what, is in the message only. Services differ in the error's code. */
const messageWith = (...parts: string[]): object => ({ wildcard: `*${[...parts, DENIED].join('*')}*` });

function eventPattern(account: string, detail: Record<string, unknown>): events.EventPattern {
  return { account: [account], detailType: ['AWS API Call via CloudTrail'], detail };
}

/** Denied calls of IAM, all of which arise in us-east-1. */
export function deniedIamCalls(account: string): events.EventPattern {
  return {
    ...eventPattern(account, {
      eventSource: ['iam.amazonaws.com'],
      errorCode: ['AccessDenied', 'AccessDeniedException'],
      eventName: CHANGING_VERBS.map((prefix) => ({ prefix })),
      errorMessage: [messageWith()],
    }),
    source: ['aws.iam'],
  };
}

/** Denied attempts to pass a role of the registry to a workload. They are calls of that workload's service: IAM records none. */
export function deniedPasses(account: string, names: RegistryNames): events.EventPattern {
  return eventPattern(account, { errorMessage: [names.path, `/${names.prefix}`].map((name) => messageWith('iam:PassRole on resource: ', `:role${name}`)) });
}

/** Denied attempts to change a function or a state machine of the registry. */
export function deniedRegistryChanges(account: string, names: RegistryNames): events.EventPattern {
  return eventPattern(account, { errorMessage: ['function', 'stateMachine'].map((kind) => messageWith(`:${kind}:${names.prefix}`)) });
}
