import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { ExceptionalAccess } from '../access-rules/exceptional-access';

/** One access that the code declares for an agent. It is rendered if live, and recorded only if dormant. */
export interface DeclaredAccess {
  /** The stages in which the agent has the access. */
  readonly stages: string[];
  /** Whether the agent's current stage is one of them, so that the access is rendered. */
  readonly live: boolean;
  /** The actions. */
  readonly actions: string[];
  /** The resources, as ARNs; an intrinsic function of CloudFormation as JSON. */
  readonly resources: string[];
  /**
   * Whether the agent has the access in every stage: it was granted to `access`, to `principal`, to the role, to compute that has it, or by the runtime,
   * instead of to `accessIn(stage)`.
   */
  readonly everyStage: boolean;
  /** The reason of the exception, if the access rules refuse the access. */
  readonly exceptionReason?: string;
  /** When the exception ends, YYYY-MM-DDTHH:mm:ssZ. */
  readonly exceptionUntil?: string;
}

/** To whom access was granted: to the agent in stages, to the agent in whatever stage it is in, to its role, its principal or compute with the role, or by its runtime. */
type GrantedTo = 'stage' | 'present' | 'role' | 'runtime';

/** A declaration as it was made. ARNs are resolved when they are read. */
export interface AccessDeclaration {
  readonly stages: string[];
  readonly live: boolean;
  readonly statement: iam.PolicyStatement;
  readonly grantedTo: GrantedTo;
  /** The method that made the grant to the role. */
  readonly grantedBy?: string;
  readonly exceptionReason?: string;
  readonly exceptionUntil?: string;
}

export type Granted = Pick<AccessDeclaration, 'grantedTo' | 'grantedBy'>;

export function declarationOf(
  stages: string[], live: boolean, statement: iam.PolicyStatement, exception?: ExceptionalAccess, granted: Granted = { grantedTo: 'stage' },
): AccessDeclaration {
  const excepted = exception === undefined ? {} : { exceptionReason: exception.reason, exceptionUntil: exception.until.iso };
  return { stages, live, statement, ...granted, ...excepted };
}

/** Whether the agent has the access in every stage. */
export function isInEveryStage({ grantedTo }: AccessDeclaration): boolean {
  return grantedTo !== 'stage';
}

export function describeAccess(scope: IConstruct, declared: AccessDeclaration): DeclaredAccess {
  const { statement, grantedTo: _to, grantedBy: _method, ...declaration } = declared;
  const resolved: unknown[] = Stack.of(scope).resolve(statement.resources);
  return {
    ...declaration,
    everyStage: isInEveryStage(declared),
    actions: statement.actions,
    resources: resolved.map((resource) => typeof resource === 'string' ? resource : JSON.stringify(resource)),
  };
}
