import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { METRIC_NAMESPACE, METRIC_SERVICE, MetricName } from '../../src/contract/metrics';


/** Events are never logged: a request's URL is a credential. */
export const logger = new Logger({ serviceName: METRIC_SERVICE });

const metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: METRIC_SERVICE });

/** Adds one to a metric of this registry. The metric is sent at once, because the process may die at any time. */
export function countOf(registry: string): (metric: MetricName) => void {
  return (metric) => send(registry, metric, MetricUnit.Count, 1);
}

/** Records a duration in milliseconds. */
export function measureOf(registry: string): (metric: MetricName, milliseconds: number) => void {
  return (metric, milliseconds) => send(registry, metric, MetricUnit.Milliseconds, milliseconds);
}

function send(registry: string, metric: MetricName, unit: typeof MetricUnit.Count | typeof MetricUnit.Milliseconds, value: number): void {
  const single = metrics.singleMetric();
  single.addDimension('registry', registry);
  single.addMetric(metric, unit, value);
}
