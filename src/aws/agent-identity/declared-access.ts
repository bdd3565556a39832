import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { AccessException } from '../access-rules/access-exception';

/** What an agent was given in code: rendered if live, waiting if dormant. */
export interface DeclaredAccess {
  /** The stages it is for. */
  readonly stages: string[];
  /** Whether the agent's present stage is among them, so that it is rendered. */
  readonly live: boolean;
  /** What it may do. */
  readonly actions: string[];
  /** On what: ARNs; an intrinsic of CloudFormation as JSON. */
  readonly resources: string[];
  /** Why it is allowed although the access rules refuse it. */
  readonly exceptionReason?: string;
  /** When the exception ends, YYYY-MM-DDTHH:mm:ssZ. */
  readonly exceptionUntil?: string;
}

/** A declaration as it was made; ARNs are resolved when somebody asks. */
export interface AccessDeclaration {
  readonly stages: string[];
  readonly live: boolean;
  readonly statement: iam.PolicyStatement;
  readonly exceptionReason?: string;
  readonly exceptionUntil?: string;
}

export function declarationOf(stages: string[], live: boolean, statement: iam.PolicyStatement, exception?: AccessException): AccessDeclaration {
  return { stages, live, statement, ...(exception === undefined ? {} : { exceptionReason: exception.reason, exceptionUntil: exception.until.iso }) };
}

export function describeAccess(scope: IConstruct, { statement, ...declaration }: AccessDeclaration): DeclaredAccess {
  const resolved: unknown[] = Stack.of(scope).resolve(statement.resources);
  return {
    ...declaration,
    actions: statement.actions,
    resources: resolved.map((resource) => typeof resource === 'string' ? resource : JSON.stringify(resource)),
  };
}
