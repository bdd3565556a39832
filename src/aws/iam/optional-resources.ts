/**
 * Actions for which AWS lists a resource, but which are mostly used without one: a CloudWatch metric belongs to no dataset, and Polly can synthesize
 * speech without a lexicon. The data set can't distinguish them from actions that need one of several kinds of resource (`s3:GetObject`: an object,
 * or an object of an access point).
 */
export const OPTIONAL_RESOURCES: readonly string[] = [
  'bedrock:ListAutomatedReasoningPolicies',
  'bedrock:ListBlueprints',
  'bedrock:ListDataAutomationLibraries',
  'bedrock:ListDataAutomationProjects',
  'bedrock:ListGuardrails',
  'bedrock:ListPrompts',
  'ce:GetCostAndUsage',
  'ce:GetCostAndUsageComparisons',
  'ce:GetCostAndUsageWithResources',
  'ce:GetCostCategories',
  'ce:GetCostComparisonDrivers',
  'ce:GetCostForecast',
  'ce:GetDimensionValues',
  'ce:GetTags',
  'ce:GetUsageForecast',
  'cloudwatch:GetMetricData',
  'cloudwatch:ListMetrics',
  'cloudwatch:PutMetricData',
  'comprehend:DetectEntities',
  'dynamodb:ListExports',
  'dynamodb:ListImports',
  'glue:ListSchemas',
  'logs:ListAnomalies',
  'logs:ListLogAnomalyDetectors',
  'polly:StartSpeechSynthesisStream',
  'polly:StartSpeechSynthesisTask',
  'polly:SynthesizeSpeech',
  'rekognition:DetectModerationLabels',
  'rekognition:StartMediaAnalysisJob',
  'translate:StartTextTranslationJob',
  'translate:TranslateText',
];

const LOWER_CASE = new Set(OPTIONAL_RESOURCES.map((action) => action.toLowerCase()));

export function worksWithoutResource(action: string): boolean {
  return LOWER_CASE.has(action.toLowerCase());
}
