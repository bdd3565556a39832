/** A kind of resource that a service runs with a role. */
export interface RoleKind {
  /** The service that assumes the role. */
  readonly service: string;
  readonly runtime: string;
  /** The properties that name the role. */
  readonly at: RegExp;
  /**
   * The property with the name, if CloudFormation replaces the resource when its role changes ("Update requires: Replacement"): a second one of the name
   * can't be created. A test compares this table with the schemas of CloudFormation.
   */
  readonly fixedName?: string;
}

const CUSTOM = 'AgentRuntime.of()';
const AGENT_CORE = 'AgentRuntime.bedrockAgentCore()';
const GLUE = 'AgentRuntime.glue()';
const SAGE_MAKER = { service: 'sagemaker.amazonaws.com', runtime: 'AgentRuntime.sageMaker()' };
const OF_ROLE = /^roleArn$/i;
const OF_EXECUTION_ROLE = /^executionRoleArn$/i;

/** Types are literal, so that their modules need not be loaded. */
export const ROLE_KINDS: Readonly<Record<string, RoleKind>> = {
  'AWS::ApiGateway::Method': { service: 'apigateway.amazonaws.com', runtime: CUSTOM, at: /credentials$/i },
  'AWS::AppRunner::Service': { service: 'tasks.apprunner.amazonaws.com', runtime: CUSTOM, at: /instanceRoleArn$/i },
  'AWS::AppSync::DataSource': { service: 'appsync.amazonaws.com', runtime: CUSTOM, at: /^serviceRoleArn$/i },
  'AWS::Batch::JobDefinition': { service: 'ecs-tasks.amazonaws.com', runtime: 'AgentRuntime.batch()', at: /jobRoleArn$/i },
  'AWS::Bedrock::Agent': { service: 'bedrock.amazonaws.com', runtime: 'AgentRuntime.bedrockAgent()', at: /^agentResourceRoleArn$/i },
  'AWS::BedrockAgentCore::BrowserCustom': { service: 'bedrock-agentcore.amazonaws.com', runtime: AGENT_CORE, at: /^executionRoleArn$/i, fixedName: 'name' },
  'AWS::BedrockAgentCore::CodeInterpreterCustom': { service: 'bedrock-agentcore.amazonaws.com', runtime: AGENT_CORE, at: /^executionRoleArn$/i, fixedName: 'name' },
  'AWS::BedrockAgentCore::Gateway': { service: 'bedrock-agentcore.amazonaws.com', runtime: AGENT_CORE, at: /^roleArn$/i },
  'AWS::BedrockAgentCore::Harness': { service: 'bedrock-agentcore.amazonaws.com', runtime: 'AgentRuntime.agentCoreHarness()', at: /^executionRoleArn$/i },
  'AWS::BedrockAgentCore::Memory': { service: 'bedrock-agentcore.amazonaws.com', runtime: AGENT_CORE, at: /^memoryExecutionRoleArn$/i },
  'AWS::BedrockAgentCore::Runtime': { service: 'bedrock-agentcore.amazonaws.com', runtime: AGENT_CORE, at: /^roleArn$/i },
  'AWS::CodeBuild::Project': { service: 'codebuild.amazonaws.com', runtime: 'AgentRuntime.codeBuild()', at: /^serviceRole$/i },
  'AWS::CodePipeline::Pipeline': { service: 'codepipeline.amazonaws.com', runtime: CUSTOM, at: /^roleArn$/i },
  'AWS::ECS::DaemonTaskDefinition': { service: 'ecs-tasks.amazonaws.com', runtime: 'AgentRuntime.ecsTask()', at: /^(task|execution)RoleArn$/i },
  'AWS::ECS::TaskDefinition': { service: 'ecs-tasks.amazonaws.com', runtime: 'AgentRuntime.ecsTask()', at: /^(task|execution)RoleArn$/i },
  'AWS::EKS::PodIdentityAssociation': { service: 'pods.eks.amazonaws.com', runtime: 'AgentRuntime.eksPodIdentity()', at: /^roleArn$/i },
  'AWS::Events::Rule': { service: 'events.amazonaws.com', runtime: CUSTOM, at: /(^|\.)roleArn$/i },
  'AWS::Glue::Crawler': { service: 'glue.amazonaws.com', runtime: GLUE, at: /^role$/i },
  'AWS::Glue::Job': { service: 'glue.amazonaws.com', runtime: GLUE, at: /^role$/i },
  'AWS::Glue::Session': { service: 'glue.amazonaws.com', runtime: GLUE, at: /^role$/i, fixedName: 'id' },
  'AWS::IAM::InstanceProfile': { service: 'ec2.amazonaws.com', runtime: 'AgentRuntime.ec2()', at: /^roles\b/i },
  'AWS::IoT::TopicRule': { service: 'iot.amazonaws.com', runtime: CUSTOM, at: /roleArn$/i },
  'AWS::KinesisFirehose::DeliveryStream': { service: 'firehose.amazonaws.com', runtime: CUSTOM, at: /roleArn$/i },
  'AWS::Lambda::Function': { service: 'lambda.amazonaws.com', runtime: 'AgentRuntime.lambda()', at: /^role$/i },
  'AWS::Pipes::Pipe': { service: 'pipes.amazonaws.com', runtime: 'AgentRuntime.pipes()', at: /^roleArn$/i },
  'AWS::RolesAnywhere::Profile': { service: 'rolesanywhere.amazonaws.com', runtime: 'AgentRuntime.rolesAnywhere()', at: /^roleArns\b/i },
  'AWS::SageMaker::DataQualityJobDefinition': { ...SAGE_MAKER, at: OF_ROLE, fixedName: 'jobDefinitionName' },
  'AWS::SageMaker::EndpointConfig': { ...SAGE_MAKER, at: OF_EXECUTION_ROLE, fixedName: 'endpointConfigName' },
  'AWS::SageMaker::FeatureGroup': { ...SAGE_MAKER, at: OF_ROLE, fixedName: 'featureGroupName' },
  'AWS::SageMaker::InferenceExperiment': { ...SAGE_MAKER, at: OF_ROLE, fixedName: 'name' },
  'AWS::SageMaker::MlflowApp': { ...SAGE_MAKER, at: OF_ROLE, fixedName: 'name' },
  'AWS::SageMaker::Model': { ...SAGE_MAKER, at: OF_EXECUTION_ROLE, fixedName: 'modelName' },
  'AWS::SageMaker::ModelBiasJobDefinition': { ...SAGE_MAKER, at: OF_ROLE, fixedName: 'jobDefinitionName' },
  'AWS::SageMaker::ModelExplainabilityJobDefinition': { ...SAGE_MAKER, at: OF_ROLE, fixedName: 'jobDefinitionName' },
  'AWS::SageMaker::ModelQualityJobDefinition': { ...SAGE_MAKER, at: OF_ROLE, fixedName: 'jobDefinitionName' },
  'AWS::SageMaker::NotebookInstance': { ...SAGE_MAKER, at: OF_ROLE },
  'AWS::SageMaker::PartnerApp': { ...SAGE_MAKER, at: OF_EXECUTION_ROLE, fixedName: 'name' },
  'AWS::SageMaker::Pipeline': { ...SAGE_MAKER, at: OF_ROLE },
  'AWS::SageMaker::ProcessingJob': { ...SAGE_MAKER, at: OF_ROLE, fixedName: 'processingJobName' },
  'AWS::Scheduler::Schedule': { service: 'scheduler.amazonaws.com', runtime: 'AgentRuntime.scheduler()', at: /^target\.roleArn$/i },
  'AWS::StepFunctions::StateMachine': { service: 'states.amazonaws.com', runtime: 'AgentRuntime.stepFunctions()', at: /^roleArn$/i },
  'AWS::Synthetics::Canary': { service: 'lambda.amazonaws.com', runtime: 'AgentRuntime.lambda()', at: /^executionRoleArn$/i },
};
