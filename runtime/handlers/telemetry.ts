import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

export const METRIC_NAMESPACE = 'NhiLifecycle';

/** Events are never logged: a request's URL is a credential. */
export const logger = new Logger({ serviceName: 'nhi-lifecycle' });

const metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: 'nhi-lifecycle' });

/** Counts one, of this registry, at once: a process may die before it could count more. */
export function countOf(registry: string): (metric: string) => void {
  return (metric) => {
    const single = metrics.singleMetric();
    single.addDimension('registry', registry);
    single.addMetric(metric, MetricUnit.Count, 1);
  };
}
