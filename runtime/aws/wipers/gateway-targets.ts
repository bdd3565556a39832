import {
  CredentialProviderConfiguration, DeleteGatewayTargetCommand, GetGatewayCommand, GetGatewayTargetCommand, ListGatewayTargetsCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { unlessUnseen } from './unless-unseen';
import { isDeadArn, Wiper, WiperContext, WipeTarget } from './wiper';
import { ResidueKind } from '../../../src/contract/residue';
import { ownProviderPrefix } from '../../../src/contract/role-names';
import { ownOfKind } from '../../model/own-credentials';
import { allItems } from '../../pages';
import { Finding } from '../../wiping';
import { ofEach, unlessMissing } from '../cuts/missing';

const NAME = 'gateway-targets';
const ID = /^gateway-target\/([^/]+)\/([^/]+)$/;

/**
 * Targets of AgentCore gateways that act with what is the agent's: with its credential provider, with its role as that of the gateway, or through a function that runs with its role. All of these can do
 * nothing any more, and would act again with a later provider, role or function of the same name. A gateway belongs to others, so only such targets are deleted.
 * https://docs.aws.amazon.com/bedrock-agentcore-control/latest/APIReference/API_DeleteGatewayTarget.html
 */
export const gatewayTargets: Wiper = {
  name: 'gateway-targets',
  ofAgent: true,
  residue: ResidueKind.AGENT_CORE,
  source: 'the targets of the AgentCore gateways that the agent\'s grants and stacks name: by the credential provider, the role of the gateway and the function that each acts with',
  gaps: ['targets of gateways that neither the grants nor the agent\'s stacks name', 'targets with a function of another stack'],
  needs: [{
    sid: 'DeleteGatewayTargets',
    actions: ['GetGateway', 'ListGatewayTargets', 'GetGatewayTarget', 'DeleteGatewayTarget'].map((action) => `bedrock-agentcore:${action}`),
    resources: ['arn:{partition}:bedrock-agentcore:{region}:{account}:gateway/*'],
    of: ResidueKind.AGENT_CORE,
  }],
  async list(context, target) {
    return (await Promise.all((await gatewaysOf(context, target)).map((gateway) => (
      unlessUnseen({ wiper: NAME, kind: 'gateway-target', id: `gateway-target/${gateway}` }, () => findingsIn(context, target, gateway)))))).flat();
  },
  wipe: (context, target, { id }) => unlessMissing(async () => {
    const [, gateway, targetId] = ID.exec(id)!;
    // Read again: somebody may have given it another provider, or the gateway another role, since.
    const { status, isDead } = await lookAt(context, target, { gateway, gatewayRole: await roleOf(context, gateway), targetId });
    if (isDead && status !== 'DELETING') {
      await context.agentRuntimes.send(new DeleteGatewayTargetCommand({ gatewayIdentifier: gateway, targetId }));
    }
  }),
};

async function gatewaysOf({ partition }: WiperContext, { place: { account, region }, resources }: WipeTarget): Promise<string[]> {
  const { arns, own } = await resources();
  const prefix = `arn:${partition}:bedrock-agentcore:${region}:${account}:gateway/`;
  // CloudFormation's physical id is the gateway's id or its ARN.
  const ids = [...own.get('AWS::BedrockAgentCore::Gateway') ?? [], ...arns.filter((arn) => arn.startsWith(prefix))].map((id) => id.split('/').at(-1)!);
  return [...new Set(ids)].filter((id) => /^[0-9A-Za-z-]+$/.test(id)).sort();
}

async function findingsIn(context: WiperContext, target: WipeTarget, gateway: string): Promise<Finding[]> {
  const gatewayRole = await roleOf(context, gateway);
  const all = await allItems(
    (nextToken) => context.agentRuntimes.send(new ListGatewayTargetsCommand({ gatewayIdentifier: gateway, nextToken })),
    (page) => page.items, (page) => page.nextToken);
  const found = await ofEach(all, async ({ targetId = '' }): Promise<Finding | undefined> => (
    (await lookAt(context, target, { gateway, gatewayRole, targetId })).isDead
      ? { wiper: NAME, kind: 'gateway-target', id: `gateway-target/${gateway}/${targetId}`, actedOn: true } : undefined));
  const note = 'acts with the agent\'s role: give it another role, or delete it';
  return isDeadArn(target, gatewayRole) ? [...found, { wiper: NAME, kind: 'gateway', id: `gateway/${gateway}`, actedOn: false, note }] : found;
}

async function roleOf({ agentRuntimes }: WiperContext, gatewayIdentifier: string): Promise<string | undefined> {
  return (await agentRuntimes.send(new GetGatewayCommand({ gatewayIdentifier }))).roleArn;
}

/** Whether a target acts with nothing but what is the agent's. */
async function lookAt(
  context: WiperContext, target: WipeTarget,
  { gateway, gatewayRole, targetId }: { readonly gateway: string; readonly gatewayRole: string | undefined; readonly targetId: string },
): Promise<{ readonly status: string | undefined; readonly isDead: boolean }> {
  const { status, targetConfiguration, credentialProviderConfigurations: providers = [] } = await context.agentRuntimes.send(
    new GetGatewayTargetCommand({ gatewayIdentifier: gateway, targetId }));
  const own = providersOf(context, target);
  const isOwn = ({ credentialProviderType: type, credentialProvider: provider }: CredentialProviderConfiguration): boolean => (
    type === 'GATEWAY_IAM_ROLE' ? isDeadArn(target, gatewayRole)
      : own.has(provider?.oauthCredentialProvider?.providerArn ?? provider?.apiKeyCredentialProvider?.providerArn ?? ''));
  const lambdaArn = targetConfiguration?.mcp?.lambda?.lambdaArn;
  return { status, isDead: (providers.length > 0 && providers.every(isOwn)) || await isFunctionDead(context, target, lambdaArn) };
}

/** ARNs of the agent's own providers that are to be deleted, as AgentCore builds them. */
function providersOf({ partition }: WiperContext, { registry, agentName, ownProviders, ownCredentials, place }: WipeTarget): Set<string> {
  const vault = `arn:${partition}:bedrock-agentcore:${place.region}:${place.account}:token-vault/default`;
  const prefix = ownProviderPrefix(registry, agentName);
  return new Set([
    ...ownProviders.filter((name) => name.startsWith(prefix)).map((name) => `${vault}/oauth2credentialprovider/${name}`),
    ...ownOfKind(ownCredentials, 'api-key-provider', registry, agentName).map(({ name }) => `${vault}/apikeycredentialprovider/${name}`),
  ]);
}

/** A function of the agent's stacks may run with a role that is not the agent's. */
async function isFunctionDead({ policyClients: { lambda } }: WiperContext, target: WipeTarget, arn?: string): Promise<boolean> {
  const [, , , region, account, , FunctionName = ''] = arn?.split(':') ?? [];
  const own = (await target.resources()).own.get('AWS::Lambda::Function') ?? [];
  if (region !== target.place.region || account !== target.place.account || !own.includes(FunctionName)) {
    return false;
  }
  const configuration = await unlessMissing(() => lambda.send(new GetFunctionConfigurationCommand({ FunctionName })));
  return isDeadArn(target, configuration?.Role);
}
