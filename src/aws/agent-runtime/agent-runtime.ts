import { Construct } from 'constructs';
import { BrokerRuntimeProps, brokerBinding } from './broker-runtime';
import { CustomRuntimeProps, customBinding } from './custom-runtime';
import { lambdaBinding, LambdaRuntimeOptions } from './lambda-runtime';
import { RuntimeBinding, RuntimeContext } from './runtime-context';
import { ec2Binding, ecsTaskBinding } from './service-runtimes';
import { checkTrust } from './trust-check';

type Bind = (scope: Construct, context: RuntimeContext) => RuntimeBinding;

/**
 * What an agent runs on: who may take its role, under which conditions, and the little that its service needs to run it.
 */
export class AgentRuntime {
  /**
   * An AWS Lambda function of the agent's account. The agent may write to the log groups of its own functions.
   *
   * @param options whether it is in a VPC
   */
  public static lambda(options: LambdaRuntimeOptions = {}): AgentRuntime {
    return new AgentRuntime('lambda', (scope, context) => lambdaBinding(scope, context, options));
  }

  /** An Amazon ECS task, on Fargate or on instances, of the agent's account and region. */
  public static ecsTask(): AgentRuntime {
    return new AgentRuntime('ecs-task', (_scope, context) => ecsTaskBinding(context));
  }

  /** An Amazon EC2 instance of the agent's account, by an instance profile. */
  public static ec2(): AgentRuntime {
    return new AgentRuntime('ec2', () => ec2Binding());
  }

  /**
   * Another principal that takes the role: it must give the external id, the sponsor as source identity, and a session name with the prefix.
   *
   * @param props who it is, and what it must give
   */
  public static broker(props: BrokerRuntimeProps): AgentRuntime {
    return new AgentRuntime('broker', (scope, context) => checked(scope, brokerBinding(scope, context, props)));
  }

  /**
   * Any other runtime: a principal with the conditions that keep others of its kind out.
   *
   * @param props the principal, and what its service needs
   */
  public static of(props: CustomRuntimeProps): AgentRuntime {
    return new AgentRuntime('custom', (scope) => checked(scope, customBinding(scope, props)));
  }

  private constructor(
    /** Kind of runtime, for reports. */
    public readonly kind: string,
    private readonly bind: Bind,
  ) {}

  /** @internal */
  public _bind(scope: Construct, context: RuntimeContext): RuntimeBinding {
    return this.bind(scope, context);
  }
}

/** Looks at principals that the user chose; the services that the others name are ours. */
function checked(scope: Construct, binding: RuntimeBinding): RuntimeBinding {
  checkTrust(scope, binding.trust);
  return binding;
}
