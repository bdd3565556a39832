import { Annotations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { AgentStage } from '../../core';
import { isCurrent } from '../../core/risk-analysis';

/** An analysis becomes too old as time passes, so it is a warning: it must not break a hotfix or a snapshot test. */
export function warnOfOldAnalyses(scope: IConstruct, stages: readonly AgentStage[], now: Date): void {
  for (const { name, profile: { targetedRiskAnalysis: analysis } } of stages) {
    if (analysis !== undefined && !isCurrent(analysis, now)) {
      Annotations.of(scope).addWarningV2(`cdk-nhi-lifecycle:RiskAnalysisOld-${name}`,
        `the targeted risk analysis of stage ${name} is of ${analysis.date}, which is not within the last 12 months: judge again how often the stage is reviewed, and declare the day of that`);
    }
  }
}
