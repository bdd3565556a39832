import { Cut } from './cut';
import { CutContext } from './cut-context';
import { clusterOf, FIND_TASKS } from './ecs';
import { unlessMissing } from './missing';

/**
 * Services of Amazon ECS that run the agent's tasks get a desired count of 0, and ECS stops their tasks. A service with one task on each instance has no
 * such count: it is named as what remains.
 */
export const ecsServices: Cut = {
  name: 'ecs-services',
  needs: [...FIND_TASKS, { sid: 'StopServices', actions: ['ecs:UpdateService'], resources: ['arn:{partition}:ecs:{region}:{account}:service/*'] }],
  find: async (_context, holdings) => (await holdings.ecs.services()).map(({ arn, desired, isDaemon: hasNoCount }) => (
    { id: arn, isCut: !hasNoCount && desired === 0, was: hasNoCount ? null : String(desired) })),
  async apply(context, id) {
    if (await isDaemon(context, id)) {
      throw new Error('it runs one task on each instance, so it has no desired count that could be 0: delete the service or remove its instances');
    }
    await unlessMissing(() => setCount(context, id, 0));
  },
  restore: (context, { id, was }) => unlessMissing(async () => {
    if ((await serviceOf(context, id))?.desiredCount === 0) {
      await setCount(context, id, Number(was));
    }
  }),
};

interface Described { readonly desiredCount?: number; readonly schedulingStrategy?: string; readonly status?: string }

async function serviceOf({ calls }: CutContext, arn: string): Promise<Described | undefined> {
  const { services = [] } = await calls.ecs<{ services?: Described[] }>('DescribeServices', { cluster: clusterOf(arn), services: [arn] });
  // A deleted service is described for a while.
  return services.find(({ status }) => status !== 'INACTIVE');
}

async function isDaemon(context: CutContext, arn: string): Promise<boolean> {
  return (await unlessMissing(() => serviceOf(context, arn)))?.schedulingStrategy === 'DAEMON';
}

function setCount({ calls }: CutContext, service: string, desiredCount: number): Promise<unknown> {
  return calls.ecs('UpdateService', { cluster: clusterOf(service), service, desiredCount });
}
