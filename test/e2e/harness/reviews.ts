import { aws_iam as iam, Duration } from 'aws-cdk-lib';
import { Build, platform } from './apps';
import { AccessCertification, AccessCertificationProps, SweepLimit } from 'cdk-nhi-lifecycle';

interface Reviewing {
  /** Seconds. Absent: by the stage's profile. */
  readonly interval?: number;
  /** Seconds from a review's opening until it is overdue. */
  readonly deadline: number;
  /** Other properties. `role` gives the role of the account that has this name. */
  readonly also?: (role: (name: string) => iam.IRole) => Partial<AccessCertificationProps>;
}

/** A registry with reviews, which people decide by the role `reviewer`. The tests start its sweeps themselves. */
export function reviewedPlatform({ interval, deadline, also = () => ({}) }: Reviewing): Build {
  return (app, env) => platform({
    agenda: { interval: Duration.days(1), driftCheck: Duration.days(30), limit: SweepLimit.of({ agents: 10, share: 1 }) },
    also: (stack, registry) => {
      const role = (name: string): iam.IRole => iam.Role.fromRoleArn(stack, name, `arn:aws:iam::${env.account}:role/${name}`);
      new AccessCertification(stack, 'Reviews', {
        registry,
        ...interval !== undefined && { interval: Duration.seconds(interval) },
        deadline: Duration.seconds(deadline),
        reminders: [],
        reviewerRoles: [role('reviewer')],
        ...also(role),
      });
    },
  })(app, env);
}
