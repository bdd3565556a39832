import { unlessUnseen } from './unless-unseen';
import { isDeadArn, Wiper, WiperContext, WipeTarget } from './wiper';
import { ResidueKind } from '../../../src/contract/residue';
import { allItems } from '../../pages';
import { Finding } from '../../wiping';
import { ofEach, unlessMissing } from '../cuts/missing';

interface Association { readonly associationId?: string; readonly roleArn?: string; readonly targetRoleArn?: string }
interface Page { readonly nextToken?: string; readonly clusters?: string[]; readonly associations?: Association[] }

const GONE = { wiper: 'eks-access', actedOn: true };
/** What a cluster answers whose access is in its ConfigMap `aws-auth` only, as it is by default for one that an API or CloudFormation made. */
const CONFIG_MAP = { name: 'InvalidRequestException', message: /authentication mode/i };

/**
 * Access entries of a dead principal in EKS clusters, and Pod Identity associations with it. Neither is deleted with the role, and EKS authenticates by `sts:GetCallerIdentity`, which can't be denied.
 * An access entry is looked up by the principal. Associations are listed by cluster, and only their details name the role.
 * https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html
 */
export const eksAccess: Wiper = {
  name: 'eks-access',
  ofAgent: false,
  residue: ResidueKind.EKS,
  source: 'each EKS cluster of the region: the access entry of the principal, and all Pod Identity associations',
  gaps: ['the ConfigMap `aws-auth` of clusters that use it, which only the cluster itself can show: a cluster that uses nothing else is named', 'clusters in other regions or accounts'],
  needs: [
    { sid: 'FindClusters', actions: ['eks:ListClusters'], resources: ['*'], of: ResidueKind.EKS },
    {
      sid: 'WipeClusterAccess',
      actions: ['eks:DescribeAccessEntry', 'eks:DeleteAccessEntry', 'eks:ListPodIdentityAssociations', 'eks:DescribePodIdentityAssociation', 'eks:DeletePodIdentityAssociation'],
      resources: ['cluster/*', 'access-entry/*', 'podidentityassociation/*'].map((resource) => `arn:{partition}:eks:{region}:{account}:${resource}`),
      of: ResidueKind.EKS,
    },
  ],
  async list(context, target) {
    const clusters = await allItems((nextToken) => get<Page>(context, ['clusters'], nextToken), (page) => page.clusters, (page) => page.nextToken);
    const found: Finding[] = [];
    // One cluster after another: EKS throttles early.
    for (const cluster of clusters) {
      found.push(
        ...await unlessUnseen({ ...GONE, kind: 'eks-access-entry', id: `eks-access-entry/${cluster}` }, () => entriesIn(context, target, cluster)),
        ...await unlessUnseen({ ...GONE, kind: 'eks-pod-identity-association', id: `eks-pod-identity-association/${cluster}` }, () => associationsIn(context, target, cluster)),
      );
    }
    return found;
  },
  async wipe({ calls }, _target, { kind, id }) {
    const [, cluster, what] = /^[\w-]+\/([^/]+)\/(.+)$/.exec(id)!;
    const collection = kind === 'eks-access-entry' ? 'access-entries' : 'pod-identity-associations';
    await unlessMissing(() => calls.rest('eks', ['clusters', cluster, collection, what], undefined, { method: 'DELETE' }));
  },
};

async function entriesIn({ calls }: WiperContext, { dead }: WipeTarget, cluster: string): Promise<Finding[]> {
  try {
    return await ofEach(dead.filter(({ isArnTaken }) => !isArnTaken), async ({ roleArn }): Promise<Finding> => {
      await calls.rest('eks', ['clusters', cluster, 'access-entries', roleArn]);
      return { ...GONE, kind: 'eks-access-entry', id: `eks-access-entry/${cluster}/${roleArn}` };
    });
  } catch (error) {
    if (error instanceof Error && error.name === CONFIG_MAP.name && CONFIG_MAP.message.test(error.message)) {
      return [{ ...GONE, kind: 'eks-config-map', id: `eks-config-map/${cluster}`, actedOn: false, note: 'the cluster has no access entries: see whether its ConfigMap `aws-auth` names the agent\'s role' }];
    }
    throw error;
  }
}

async function associationsIn(context: WiperContext, target: WipeTarget, cluster: string): Promise<Finding[]> {
  const path = ['clusters', cluster, 'pod-identity-associations'];
  const all = await allItems((nextToken) => get<Page>(context, path, nextToken), (page) => page.associations, (page) => page.nextToken);
  return ofEach(all, async ({ associationId = '' }): Promise<Finding | undefined> => {
    const { association } = await context.calls.rest('eks', [...path, associationId]) as { association?: Association };
    const finding = { ...GONE, kind: 'eks-pod-identity-association', id: `eks-pod-identity-association/${cluster}/${associationId}` };
    return isDeadArn(target, association?.roleArn) ? finding
      // The pods assume another role first, which belongs to others.
      : isDeadArn(target, association?.targetRoleArn) ? { ...finding, actedOn: false, note: `the pods of ${association?.roleArn} were to reach the agent's role by it` } : undefined;
  });
}

async function get<T>({ calls }: WiperContext, path: readonly string[], nextToken?: string): Promise<T> {
  return await calls.rest('eks', path, undefined, { query: { nextToken } }) as T;
}
