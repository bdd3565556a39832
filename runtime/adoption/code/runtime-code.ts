import { literal } from './literal';
import { conditionsOf, conditionValues } from '../../../src/core/identities/conditions';
import { looksLikeToken } from '../../../src/core/literal';
import { DYNAMIC_REFERENCE } from '../../../src/core/text';
import { allowing, Statement, texts } from '../../certification';
import { Definition } from '../model';

/** The runtime of an agent, as code, or what a person must decide. */
export interface RuntimeCode {
  /** An expression of `AgentRuntime`. */
  readonly code: string;
  /** Modules of aws-cdk-lib that the expression uses. */
  readonly modules: readonly string[];
  /** Why nothing that the identity has says it. Then no one can assume the agent's role. */
  readonly undecided?: string;
  /** What would be better. */
  readonly hint?: string;
}

/** Policies of AWS that the runtime of a function stands for. */
export const LAMBDA_BASICS = ['AWSLambdaBasicExecutionRole', 'AWSLambdaVPCAccessExecutionRole'];

/** Services of which the principal alone says the runtime. */
const SERVICES: Readonly<Record<string, string>> = {
  'bedrock-agentcore': 'bedrockAgentCore',
  'bedrock': 'bedrockAgent',
  'codebuild': 'codeBuild',
  'ec2': 'ec2',
  'ecs-tasks': 'ecsTask',
  'glue': 'glue',
  'lambda': 'lambda',
  'pipes': 'pipes',
  'sagemaker': 'sageMaker',
  'scheduler': 'scheduler',
  'states': 'stepFunctions',
};

const GITHUB = 'token.actions.githubusercontent.com';
const TERRAFORM = 'app.terraform.io';
const ISSUER = /^[A-Za-z0-9][A-Za-z0-9.-]*(:\d+)?(\/[\w.~-]+)*$/;
const EXACT = /^[^*?$\s\p{C}][^*?$\p{C}]{0,1999}$/u;
const ID = /^[1-9]\d{0,18}$/;
/** An owner and a repository that GitHub allows. People copy the command that has it. */
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9_.][\w.-]{0,99}$/;

/**
 * What an agent runs on, from who may assume the old role. Only what the trust policy says exactly is taken over: a wildcard, a claim that is missing, or more than one caller is for a person to
 * decide.
 *
 * @param agentName begins the ids of what the runtime refers to
 */
export function runtimeCode(definition: Definition, agentName: string): RuntimeCode {
  if (definition.trust === undefined) {
    return undecided('an IAM user has keys and no runtime: which compute has its keys?');
  }
  let statements: Statement[];
  try {
    statements = allowing(definition.trust).filter(({ Action: action, NotAction: not }) => not !== undefined || texts(action).some((one) => /^(\*|sts:(\*|assume.*))$/i.test(one)));
  } catch {
    return undecided('the trust policy of the old role can\'t be read');
  }
  const callers = statements.flatMap((statement) => principalsOf(statement).map((principal) => ({ ...principal, statement })));
  if (callers.length !== 1 || statements[0].NotAction !== undefined || 'NotPrincipal' in statements[0]) {
    return undecided(callers.length === 0 ? 'no one can assume the old role' : `more than one caller can assume the old role: ${callers.map(({ type, value }) => `${type} ${value}`).join(', ')}`);
  }
  const [{ type, value, statement }] = callers;
  return type === 'Service' ? ofService(value, statement, definition, agentName) : type === 'Federated' ? ofToken(value, statement)
    : undecided(`${type} ${value} assumes the old role: AgentRuntime.broker() has the conditions for another account or a vendor`);
}

interface Principal { readonly type: string; readonly value: string }

function principalsOf({ Principal: principal }: Statement): Principal[] {
  return typeof principal === 'string' ? [{ type: 'AWS', value: principal }]
    : Object.entries((principal ?? {}) as Record<string, unknown>).flatMap(([type, values]) => texts(values).map((value) => ({ type, value })));
}

function ofService(principal: string, statement: Statement, { policies }: Definition, agentName: string): RuntimeCode {
  const service = principal.replace(/\.amazonaws\.com(\.cn)?$/, '');
  if (service === 'pods.eks') {
    return ofPods(statement, agentName);
  }
  const method = Object.hasOwn(SERVICES, service) ? SERVICES[service] : undefined;
  if (method === undefined) {
    return undecided(`${principal} assumes the old role, and AgentRuntime has no method of its own for it: see AgentRuntime.of() and AgentRuntime.rolesAnywhere()`);
  }
  const inVpc = method === 'lambda' && policies.some(({ name, arn }) => arn !== undefined && name === LAMBDA_BASICS[1]);
  return { code: `AgentRuntime.${method}(${inVpc ? '{ vpc: true }' : ''})`, modules: [] };
}

function ofPods(statement: Statement, agentName: string): RuntimeCode {
  const one = (key: string): string | undefined => only(conditionValues(statement, `aws:RequestTag/${key}`));
  const cluster = one('eks-cluster-name') ?? one('eks-cluster-arn')?.split('/').at(-1);
  const [namespace, serviceAccount] = [one('kubernetes-namespace'), one('kubernetes-service-account')];
  return cluster === undefined || namespace === undefined || serviceAccount === undefined
    ? undecided('pods of EKS assume the old role, and its trust policy does not name cluster, namespace and service account: use AgentRuntime.eksPodIdentity()')
    : {
      code: `AgentRuntime.eksPodIdentity({ cluster: eks.Cluster.fromClusterAttributes(this, ${literal(`Cluster-${agentName}`)}, { clusterName: ${literal(cluster)} }), namespace: ${literal(namespace)}, serviceAccount: ${literal(serviceAccount)} })`,
      modules: ['eks'],
    };
}

function ofToken(provider: string, statement: Statement): RuntimeCode {
  const host = /:oidc-provider\/(.+)$/.exec(provider)?.[1];
  if (host === undefined || !ISSUER.test(host)) {
    return undecided(`${provider} signs the callers of the old role in: people are no agents, and for others see AgentRuntime.of()`);
  }
  const demanded = conditionsOf(statement);
  const claim = (name: string): string | undefined => only(demanded.filter(([key]) => key.toLowerCase() === `${host}:${name}`.toLowerCase()).flatMap(([, values]) => values));
  const [subject, audience] = [claim('sub'), claim('aud')];
  if (subject === undefined || audience === undefined) {
    return undecided(`tokens of ${host} are accepted, and the old trust policy does not name one exact subject and audience: see AgentRuntime.githubActions(), gitlab(), terraformCloud() and oidc()`);
  }
  const call = (method: string, props: object): RuntimeCode => ({ code: `AgentRuntime.${method}(${literal(props)})`, modules: [] });
  const [, owner, name, , job] = /^repo:([^/:@]+)\/([^/:@]+):(?:(environment|ref):)?(.+)$/.exec(subject) ?? [];
  const [repositoryId, ownerId] = [claim('repository_id'), claim('repository_owner_id')];
  if (host === GITHUB && owner !== undefined && name !== undefined && job !== undefined && ID.test(repositoryId ?? '') && ID.test(ownerId ?? '') && /:(environment|ref):/.test(subject)) {
    return call('githubActions', { repository: `${owner}/${name}`, repositoryId, ownerId, [subject.includes(':environment:') ? 'environment' : 'ref']: job });
  }
  const [, path, kind, ref] = /^project_path:([\w./-]+\/[\w./-]+):ref_type:(branch|tag):ref:([^\s~^:\\[]+)$/.exec(subject) ?? [];
  if (host === 'gitlab.com' && path !== undefined && kind !== undefined && audience === 'https://gitlab.com') {
    const projectId = claim('project_id');
    return call('gitlab', { projectPath: path, ...(ID.test(projectId ?? '') ? { projectId } : {}), [kind]: ref });
  }
  const [, organization, project, workspace] = /^organization:([\w -]+):project:([\w -]+):workspace:([\w -]+):run_phase:apply$/.exec(subject) ?? [];
  if (host === TERRAFORM && organization !== undefined) {
    return call('terraformCloud', { organization, project, workspace, ...(audience === 'aws.workload.identity' ? {} : { audience }) });
  }
  const [, namespace, serviceAccount] = /^system:serviceaccount:([a-z0-9-]+):([a-z0-9.-]+)$/.exec(subject) ?? [];
  if (/^oidc\.eks\./.test(host) && namespace !== undefined && audience === 'sts.amazonaws.com') {
    return call('eksServiceAccount', { issuer: `https://${host}`, namespace, serviceAccount });
  }
  return {
    ...call('oidc', { issuer: `https://${host}`, subject, audience }),
    ...(host === GITHUB ? { hint: `AgentRuntime.githubActions() also asks for the ids of the owner and its repository, which no one else ever gets: gh api repos/${PLAIN.exec(`${owner}/${name}`)?.[0] ?? '<owner>/<repository>'} --jq '.id, .owner.id'` } : {}),
  };
}

function only(values: readonly string[]): string | undefined {
  const [value] = values;
  return values.length === 1 && EXACT.test(value) && !looksLikeToken(value) && !DYNAMIC_REFERENCE.test(value) ? value : undefined;
}

/** A provider of a domain that no one can register (RFC 2606). */
function undecided(why: string): RuntimeCode {
  return { code: "AgentRuntime.oidc({ issuer: 'https://undecided.invalid', subject: 'undecided', audience: 'undecided' })", modules: [], undecided: why };
}
