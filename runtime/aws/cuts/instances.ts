import { ListInstanceProfilesForRoleCommand } from '@aws-sdk/client-iam';
import { Cut } from './cut';
import { CutContext } from './cut-context';
import { Holdings } from './holdings';
import { unlessMissing } from './missing';
import { allItems } from '../../pages';
import { allPages } from '../iam-pages';
import { instanceProfiles } from '../wipers/instance-profiles';

const ON = ['pending', 'running'];

/** An instance of Amazon EC2, as far as its description is read. */
interface Instance { readonly id: string; readonly state: string; readonly profile?: string; readonly group?: string }

/**
 * Instances of Amazon EC2 that hold the agent's role, wherever in the account they are, are stopped, and a resumption starts them again. What an instance has
 * on instance store is lost by that. An instance of an Auto Scaling group would be replaced and deleted, so it is left alone and named.
 */
export const instances: Cut = {
  name: 'instances',
  isActing: true,
  needs: [
    ...instanceProfiles.needs.filter(({ sid }) => sid === 'LookForInstanceProfiles'),
    // EC2 can't restrict the description to resources.
    { sid: 'FindInstances', actions: ['ec2:DescribeInstances'], resources: ['*'] },
    { sid: 'StopInstances', actions: ['ec2:StopInstances', 'ec2:StartInstances'], resources: ['arn:{partition}:ec2:{region}:{account}:instance/*'] },
  ],
  find: async (context, holdings) => (await instancesOf(context, holdings))
    .filter(({ state }) => !['shutting-down', 'terminated'].includes(state))
    .map(({ id, state, group }) => ({ id, isCut: !ON.includes(state), was: group === undefined ? 'running' : null })),
  async apply(context, id) {
    const [found] = await described(context, { 'InstanceId.1': id });
    if (found?.group !== undefined) {
      throw new Error(`it belongs to the Auto Scaling group ${found.group}, which would delete it and start another one: set the group's capacity to 0`);
    }
    if (found !== undefined && ON.includes(found.state)) {
      await context.calls.ec2('StopInstances', { 'InstanceId.1': id });
    }
  },
  async restore(context, { id }) {
    const [found] = await described(context, { 'InstanceId.1': id });
    if (found !== undefined && ['stopping', 'stopped'].includes(found.state)) {
      await context.calls.ec2('StartInstances', { 'InstanceId.1': id });
    }
  },
};

async function instancesOf(context: CutContext, { target: { principals } }: Holdings): Promise<Instance[]> {
  const profiles = await Promise.all(principals.map(({ roleName: RoleName }) => unlessMissing(() => allPages(
    (Marker) => context.iam.send(new ListInstanceProfilesForRoleCommand({ RoleName, Marker })), (page) => page.InstanceProfiles))));
  const arns = [...new Set(profiles.flatMap((all = []) => all.flatMap(({ Arn: arn }) => arn ?? [])))];
  if (arns.length === 0) {
    return [];
  }
  const values = Object.fromEntries(arns.map((arn, index) => [`Filter.1.Value.${index + 1}`, arn]));
  const found = await allItems(
    (NextToken) => context.calls.ec2('DescribeInstances', { 'Filter.1.Name': 'iam-instance-profile.arn', ...values, ...(NextToken === undefined ? {} : { NextToken }) }),
    instancesIn, (xml) => /<nextToken>([^<]+)<\/nextToken>/.exec(xml)?.[1]);
  // Nothing of others may be stopped, whatever the filter is taken for.
  return found.filter(({ profile = '' }) => arns.includes(profile));
}

async function described({ calls }: CutContext, input: Record<string, string>): Promise<Instance[]> {
  try {
    return instancesIn(await calls.ec2('DescribeInstances', input));
  } catch (error) {
    if (error instanceof Error && error.name === 'InvalidInstanceID.NotFound') {
      return [];
    }
    throw error;
  }
}

/** In a description the id of an instance comes first, then everything else of it. */
function instancesIn(xml: string): Instance[] {
  return xml.split('<instanceId>').slice(1).flatMap((part) => {
    const [, id] = /^(i-[0-9a-f]+)<\/instanceId>/.exec(part) ?? [];
    const [, state = 'unknown'] = /<instanceState>[^]*?<name>([a-z-]+)<\/name>/.exec(part) ?? [];
    const [, profile] = /<iamInstanceProfile>[^]*?<arn>([^<]*)<\/arn>/.exec(part) ?? [];
    const [, group] = /<key>aws:autoscaling:groupName<\/key>\s*<value>([^<]*)<\/value>/.exec(part) ?? [];
    return id === undefined ? [] : [{ id, state, ...(profile === undefined ? {} : { profile }), ...(group === undefined ? {} : { group }) }];
  });
}
