import { Cut } from './cut';
import { clusterOf, FIND_TASKS } from './ecs';
import { unlessMissing } from './missing';

/**
 * Tasks of Amazon ECS with the agent's role that no service runs are stopped. They can't be continued: a resumption starts none again. The tasks of a
 * service end with its desired count.
 */
export const ecsTasks: Cut = {
  name: 'ecs-tasks',
  isActing: true,
  needs: [...FIND_TASKS, { sid: 'StopTasks', actions: ['ecs:StopTask'], resources: ['arn:{partition}:ecs:{region}:{account}:task/*'] }],
  find: async (_context, holdings) => (await holdings.ecs.tasks()).filter(({ service }) => service === undefined)
    .map(({ arn: id }) => ({ id, isCut: false, was: null })),
  apply: ({ calls }, task) => unlessMissing(() => (
    calls.ecs('StopTask', { cluster: clusterOf(task), task, reason: 'the agent that it acts for was suspended' }))),
};
