import { Construct } from 'constructs';
import { agentEngine, attached, SERVICE_AGENT_HOSTS, workloadOfKubernetes } from './attached-runtimes';
import { FederatedIdentity } from './federated-identity';
import { federate } from './federation';
import { IMPERSONATE, RuntimeBinding, RuntimeContext } from './runtime-context';
import { AgentEngineOptions, AttachedRuntimeOptions, GkeRuntimeProps } from './runtime-options';
import { allTexts, Kind, requireKind } from '../../core/kind';
import { requireOnePrincipal } from '../access/principal-rules';

const FEDERATED: Kind<FederatedIdentity> = { isOne: ({ kind, _parts }) => allTexts(kind) && typeof _parts === 'object', use: 'one of FederatedIdentity, such as FederatedIdentity.awsRole({ ... })' };

type Bind = (scope: Construct, context: RuntimeContext) => RuntimeBinding | void;

/** What an agent runs on: who may act as its account, until its end. */
export class AgentRuntime {
  /**
   * A service or job of Cloud Run whose `service_account` is the agent's email.
   *
   * @param options who deploys it, and where
   */
  public static cloudRun(options: AttachedRuntimeOptions = {}): AgentRuntime {
    return new AgentRuntime('cloud-run', (_scope, context) => attached(context, options, SERVICE_AGENT_HOSTS.cloudRun));
  }

  /**
   * A virtual machine of Compute Engine with the agent's account. Anyone who may log in to it can act as the agent.
   *
   * @param options who deploys it, and where
   */
  public static computeEngine(options: AttachedRuntimeOptions = {}): AgentRuntime {
    return new AgentRuntime('compute-engine', (_scope, context) => attached(context, options, SERVICE_AGENT_HOSTS.computeEngine));
  }

  /**
   * Vertex AI Agent Engine with the agent's account as its custom service account, or with an identity of its own that gets tokens of the account.
   *
   * @param options who deploys it, and where
   */
  public static vertexAgentEngine(options: AgentEngineOptions = {}): AgentRuntime {
    return new AgentRuntime('vertex-agent-engine', (_scope, context) => agentEngine(context, options));
  }

  /**
   * A workload on Google Kubernetes Engine, by workload identity: one namespace, one Kubernetes service account.
   *
   * @param props which workload
   */
  public static gke(props: GkeRuntimeProps): AgentRuntime {
    return new AgentRuntime('gke', (_scope, context) => workloadOfKubernetes(context, props));
  }

  /**
   * A workload outside Google, without any key: an AWS role, a repository on GitHub, or a subject of any OpenID Connect issuer.
   *
   * @param identity the workload's identity there
   */
  public static workloadIdentityFederation(identity: FederatedIdentity): AgentRuntime {
    requireKind('the identity', identity, FEDERATED);
    return new AgentRuntime(`federation-${identity.kind}`, (scope, context) => federate(scope, context, identity));
  }

  /**
   * A named identity that gets short-lived tokens of the agent's account.
   *
   * @param principal `serviceAccount:<email>`, `user:<email>` or `principal://...`
   */
  public static broker(principal: string): AgentRuntime {
    return new AgentRuntime('broker', (_scope, context) => context.allow('broker', IMPERSONATE, requireOnePrincipal('the broker', principal)));
  }

  private constructor(
    /** Kind of runtime, for reports. */
    public readonly kind: string,
    private readonly bind: Bind,
  ) {}

  /** @internal */
  public _bind(scope: Construct, context: RuntimeContext): RuntimeBinding {
    return this.bind(scope, context) ?? {};
  }
}
