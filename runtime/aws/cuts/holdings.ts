import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { CutContext } from './cut-context';
import { EcsHoldings } from './ecs';
import { ofEach } from './missing';
import { OwnCredential } from '../../model/own-credentials';
import { PrincipalRef } from '../../model/placement-state';
import { RevokerRecord } from '../../model/revocation';
import { physicalIdsOf } from '../cloudformation';
import { CutParent } from '../principals';

/** The agent whose compute is searched. */
export interface CutTarget {
  readonly account: string;
  readonly agentName: string;
  readonly principals: readonly PrincipalRef[];
  /** The stacks that own the agent. Compute that holds an agent's role is in the same stack as the agent. */
  readonly stackIds: readonly string[];
  /** Credentials that CloudFormation made for it. */
  readonly credentials: readonly OwnCredential[];
  /** Access outside of AWS that a suspension deactivates. */
  readonly revokers: readonly RevokerRecord[];
  /** All its access outside of AWS. What was deactivated is activated again, whatever a deployment has declared since. */
  readonly everyRevoker: readonly RevokerRecord[];
  /** Principals with which sessions of the agent may be open, because it delegates to them. */
  readonly delegates: () => Promise<readonly PrincipalRef[]>;
}

/** A Lambda function that runs with a principal of the agent. */
export interface AgentFunction {
  readonly name: string;
  /** Without a version or alias. */
  readonly arn: string;
}

/** What the agent's stacks have, read once for all cuts of a suspension. */
export class Holdings {
  private resources?: Promise<ReadonlyMap<string, readonly string[]>>;
  private found?: Promise<AgentFunction[]>;
  /** What runs in Amazon ECS. */
  public readonly ecs: EcsHoldings;

  public constructor(private readonly context: CutContext, public readonly target: CutTarget) {
    this.ecs = new EcsHoldings(context, this);
  }

  /** The agent as its delegates' roles deny it. */
  public get parent(): CutParent {
    const { agentName, principals } = this.target;
    return { agentName, roleIds: principals.map(({ roleId }) => roleId) };
  }

  /** Physical ids of the resources of a type in the agent's stacks. */
  public async of(type: string): Promise<readonly string[]> {
    this.resources ??= physicalIdsOf(this.context, this.target.stackIds);
    return (await this.resources).get(type) ?? [];
  }

  /** Whether the role is a principal of the agent. */
  public holds(roleArn: string | undefined): boolean {
    return this.target.principals.some((principal) => principal.roleArn === roleArn);
  }

  /** The functions that run with a principal of the agent. */
  public functions(): Promise<AgentFunction[]> {
    this.found ??= this.findFunctions();
    return this.found;
  }

  /** Whether an ARN is that of such a function, of one of its versions, or of one of its aliases. */
  public async isFunction(arn: string): Promise<boolean> {
    return (await this.functions()).some((one) => arn === one.arn || arn.startsWith(`${one.arn}:`));
  }

  private async findFunctions(): Promise<AgentFunction[]> {
    return ofEach(await this.of('AWS::Lambda::Function'), async (FunctionName) => {
      const { Role: role, FunctionArn: arn = '' } = await this.context.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
      return this.holds(role) ? { name: FunctionName, arn } : undefined;
    });
  }
}

/** Reads the functions. Every cut that needs to know the agent's functions needs it. */
export const FIND_FUNCTIONS = {
  sid: 'FindFunctions',
  actions: ['lambda:GetFunctionConfiguration'],
  resources: ['arn:{partition}:lambda:{region}:{account}:function:*'],
};
