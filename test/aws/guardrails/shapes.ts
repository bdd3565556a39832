import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  App, aws_apigateway as apigateway, aws_appsync as appsync, aws_bedrock as bedrock, aws_bedrockagentcore as agentcore,
  aws_autoscaling as autoscaling, aws_codebuild as codebuild, aws_codepipeline as codepipeline, aws_codepipeline_actions as actions,
  aws_eks as eks, aws_glue as glue, aws_s3_notifications as notifications, aws_sso as sso,
  aws_cognito as cognito, aws_dynamodb as dynamodb, aws_ec2 as ec2, aws_ecs as ecs, aws_ecs_patterns as patterns,
  aws_events as events, aws_events_targets as targets, aws_iam as iam, aws_lambda as lambda, aws_rds as rds, aws_s3 as s3,
  aws_s3_deployment as deployment, aws_cloudfront as cloudfront, aws_cloudfront_origins as origins, aws_secretsmanager as secretsmanager,
  aws_stepfunctions as sfn, aws_stepfunctions_tasks as tasks, CfnJson, CfnOutput, RemovalPolicy, custom_resources as custom, Duration,
  pipelines, SecretValue, Stack,
  Stage,
} from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';

const ENV = { account: '111122223333', region: 'eu-central-1' };
const code = lambda.Code.fromInline('exports.handler = async () => 1;');
const handler = (stack: Stack, id: string, props: Partial<lambda.FunctionProps> = {}): lambda.Function => (
  new lambda.Function(stack, id, { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code, ...props }));
const SITE = deployment.Source.data('index.html', '<html></html>');

/** Shapes that public apps of the CDK have, each as its authors mostly write it, and what the guardrails say of it. */
export const SHAPES: Readonly<Record<string, { readonly build: (app: App) => void; readonly finds: readonly string[] }>> = {
  'a REST API with functions and a table': {
    build: (app) => {
      const stack = new Stack(app, 'Api', { env: ENV });
      const table = new dynamodb.Table(stack, 'Items', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } });
      const api = new apigateway.RestApi(stack, 'Rest', { cloudWatchRole: true });
      for (const method of ['GET', 'POST', 'DELETE']) {
        const one = handler(stack, method, { environment: { TABLE: table.tableName } });
        table.grantReadWriteData(one);
        api.root.addMethod(method, new apigateway.LambdaIntegration(one));
      }
    },
    finds: [],
  },
  'a static site with CloudFront and a deployment': {
    build: (app) => {
      const stack = new Stack(app, 'Site', { env: ENV });
      const bucket = new s3.Bucket(stack, 'Files');
      const distribution = new cloudfront.Distribution(stack, 'Cdn', { defaultBehavior: { origin: origins.S3BucketOrigin.withOriginAccessControl(bucket) } });
      new deployment.BucketDeployment(stack, 'Deploy', { sources: [SITE], destinationBucket: bucket, distribution });
    },
    finds: [],
  },
  'a service on Fargate with a database': {
    build: (app) => {
      const stack = new Stack(app, 'Service', { env: ENV });
      const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2 });
      const database = new rds.DatabaseInstance(stack, 'Database', { vpc, engine: rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_16 }) });
      new patterns.ApplicationLoadBalancedFargateService(stack, 'Web', {
        vpc,
        taskImageOptions: {
          image: ecs.ContainerImage.fromRegistry('nginx'),
          environment: { DB_HOST: database.dbInstanceEndpointAddress },
          secrets: { DB_PASSWORD: ecs.Secret.fromSecretsManager(database.secret!, 'password') },
        },
      });
    },
    finds: ['NHI7-no-rotation'],
  },
  'a job of Step Functions on a schedule': {
    build: (app) => {
      const stack = new Stack(app, 'Job', { env: ENV });
      const machine = new sfn.StateMachine(stack, 'Machine', { definitionBody: sfn.DefinitionBody.fromChainable(new tasks.LambdaInvoke(stack, 'Work', { lambdaFunction: handler(stack, 'Worker') })) });
      new events.Rule(stack, 'Daily', { schedule: events.Schedule.rate(Duration.days(1)), targets: [new targets.SfnStateMachine(machine)] });
    },
    finds: [],
  },
  'sign-in with Cognito and an identity pool': {
    build: (app) => {
      const stack = new Stack(app, 'SignIn', { env: ENV });
      const people = new cognito.UserPool(stack, 'People');
      const client = people.addClient('Web');
      const pool = new cognito.CfnIdentityPool(stack, 'Pool', { allowUnauthenticatedIdentities: false, cognitoIdentityProviders: [{ clientId: client.userPoolClientId, providerName: people.userPoolProviderName }] });
      for (const amr of ['authenticated', 'unauthenticated']) {
        new iam.Role(stack, amr, {
          assumedBy: new iam.FederatedPrincipal('cognito-identity.amazonaws.com', {
            'StringEquals': { 'cognito-identity.amazonaws.com:aud': pool.ref }, 'ForAnyValue:StringLike': { 'cognito-identity.amazonaws.com:amr': amr },
          }, 'sts:AssumeRoleWithWebIdentity'),
        });
      }
    },
    finds: [],
  },
  'a GraphQL API that shows its key': {
    build: (app) => {
      const stack = new Stack(app, 'GraphQl', { env: ENV });
      const api = new appsync.GraphqlApi(stack, 'Api', { name: 'items', definition: appsync.Definition.fromSchema({ bind: () => ({ apiId: '', definition: 'type Query { a: String }' }) }) });
      new CfnOutput(stack, 'Key', { value: api.apiKey! });
    },
    finds: ['NHI2-secret-in-output'],
  },
  'a pipeline of CDK Pipelines over two stages': {
    build: (app) => {
      const stack = new Stack(app, 'Pipeline', { env: ENV });
      const pipeline = new pipelines.CodePipeline(stack, 'Pipeline', {
        synth: new pipelines.ShellStep('Synth', { input: pipelines.CodePipelineSource.connection('acme/shop', 'main', { connectionArn: 'arn:aws:codeconnections:eu-central-1:111122223333:connection/x' }), commands: ['npx cdk synth'] }),
        crossAccountKeys: true,
      });
      for (const [name, account] of [['Test', '222233334444'], ['Prod', '333344445555']]) {
        const stage = new Stage(app, name, { env: { ...ENV, account } });
        const workload = new Stack(stage, 'Shop');
        new deployment.BucketDeployment(workload, 'Deploy', { sources: [SITE], destinationBucket: new s3.Bucket(workload, 'Files') });
        pipeline.addStage(stage);
      }
    },
    finds: ['NHI5-runs-as-others'],
  },
  'a role for GitHub Actions that deploys as administrator': {
    build: (app) => {
      const stack = new Stack(app, 'GitHub', { env: ENV });
      const provider = new iam.OpenIdConnectProvider(stack, 'Provider', { url: 'https://token.actions.githubusercontent.com', clientIds: ['sts.amazonaws.com'] });
      new iam.Role(stack, 'Deploy', {
        assumedBy: new iam.WebIdentityPrincipal(provider.openIdConnectProviderArn, { StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:acme/*' } }),
        managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('AdministratorAccess')],
      });
    },
    finds: ['NHI5-administrator', 'NHI6-open-federation'],
  },
  'an agent of AgentCore with a role of wildcards': {
    build: (app) => {
      const stack = new Stack(app, 'Agent', { env: ENV });
      const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('bedrock-agentcore.amazonaws.com') });
      role.addToPolicy(new iam.PolicyStatement({ actions: ['bedrock:*', 'dynamodb:*'], resources: ['*'] }));
      new agentcore.CfnRuntime(stack, 'Runtime', {
        agentRuntimeName: 'assistant',
        roleArn: role.roleArn,
        networkConfiguration: { networkMode: 'PUBLIC' },
        agentRuntimeArtifact: { containerConfiguration: { containerUri: '111122223333.dkr.ecr.eu-central-1.amazonaws.com/assistant:1' } },
        environmentVariables: { OPENAI_API_KEY: SecretValue.secretsManager('openai').unsafeUnwrap() },
      });
    },
    finds: ['NHI1-outside-lifecycle', 'NHI2-secret-in-environment', 'NHI5-whole-service'],
  },
  'an agent of Bedrock with action groups': {
    build: (app) => {
      const stack = new Stack(app, 'Bedrock', { env: ENV });
      const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('bedrock.amazonaws.com') });
      role.addToPolicy(new iam.PolicyStatement({ actions: ['bedrock:InvokeModel'], resources: ['arn:aws:bedrock:eu-central-1::foundation-model/amazon.nova-pro-v1:0'] }));
      new bedrock.CfnAgent(stack, 'Agent', { agentName: 'orders', agentResourceRoleArn: role.roleArn, actionGroups: [{ actionGroupName: 'orders', actionGroupExecutor: { lambda: handler(stack, 'Orders').functionArn } }] });
    },
    finds: ['NHI1-outside-lifecycle'],
  },
  'a user with a key for a legacy system': {
    build: (app) => {
      const stack = new Stack(app, 'Legacy', { env: ENV });
      const key = new iam.AccessKey(stack, 'Key', { user: new iam.User(stack, 'Smtp') });
      new secretsmanager.Secret(stack, 'Secret', { secretStringValue: key.secretAccessKey });
      new CfnOutput(stack, 'SecretKey', { value: key.secretAccessKey.unsafeUnwrap() });
    },
    finds: ['NHI1-no-end', 'NHI2-secret-in-output', 'NHI4-access-key', 'NHI4-iam-user', 'NHI7-no-rotation'],
  },
  'a custom resource with a provider': {
    build: (app) => {
      const stack = new Stack(app, 'Custom', { env: ENV });
      new custom.Provider(stack, 'Provider', { onEventHandler: handler(stack, 'OnEvent'), isCompleteHandler: handler(stack, 'IsComplete') });
      new custom.AwsCustomResource(stack, 'Lookup', {
        onCreate: { service: 'SSM', action: 'GetParameter', parameters: { Name: '/x' }, physicalResourceId: custom.PhysicalResourceId.of('x') },
        policy: custom.AwsCustomResourcePolicy.fromSdkCalls({ resources: ['*'] }),
      });
    },
    finds: [],
  },
  'a project of CodeBuild that may do everything in IAM': {
    build: (app) => {
      const stack = new Stack(app, 'Build', { env: ENV });
      new codebuild.Project(stack, 'Project', { buildSpec: codebuild.BuildSpec.fromObject({ version: '0.2' }) })
        .addToRolePolicy(new iam.PolicyStatement({ actions: ['iam:CreateRole', 'iam:AttachRolePolicy', 'iam:PassRole'], resources: ['*'] }));
    },
    finds: ['NHI5-becomes-others'],
  },
  'a function at the edge': {
    build: (app) => {
      const stack = new Stack(app, 'Edge', { env: { ...ENV, region: 'us-east-1' } });
      const edge = new cloudfront.experimental.EdgeFunction(stack, 'Headers', { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code });
      new cloudfront.Distribution(stack, 'Cdn', { defaultBehavior: { origin: new origins.HttpOrigin('example.com'), edgeLambdas: [{ functionVersion: edge.currentVersion, eventType: cloudfront.LambdaEdgeEventType.VIEWER_REQUEST }] } });
    },
    finds: [],
  },
  'a service account of Kubernetes, by a provider of the app': {
    build: (app) => {
      const stack = new Stack(app, 'Irsa', { env: ENV });
      const host = 'oidc.eks.eu-central-1.amazonaws.com/id/ABC';
      const provider = new iam.OpenIdConnectProvider(stack, 'Provider', { url: `https://${host}`, clientIds: ['sts.amazonaws.com'] });
      new iam.Role(stack, 'Role', { assumedBy: new iam.WebIdentityPrincipal(provider.openIdConnectProviderArn, { StringEquals: new CfnJson(stack, 'Subject', { value: { [`${host}:sub`]: 'system:serviceaccount:shop:cart', [`${host}:aud`]: 'sts.amazonaws.com' } }) }) });
    },
    finds: [],
  },
  'two pods with one role': {
    build: (app) => {
      const stack = new Stack(app, 'Pods', { env: ENV });
      const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('pods.eks.amazonaws.com').withSessionTags() });
      ['cart', 'stock'].forEach((serviceAccount) => new eks.CfnPodIdentityAssociation(stack, serviceAccount, { clusterName: 'shop', namespace: 'shop', serviceAccount, roleArn: role.roleArn }));
    },
    finds: ['NHI9-shared'],
  },
  'node groups of one cluster with one role': {
    build: (app) => {
      const stack = new Stack(app, 'Nodes', { env: ENV });
      const nodes = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'), managedPolicies: ['AmazonEKSWorkerNodePolicy', 'AmazonEKS_CNI_Policy'].map((name) => iam.ManagedPolicy.fromAwsManagedPolicyName(name)) });
      ['a', 'b'].forEach((name) => new eks.CfnNodegroup(stack, name, { clusterName: 'shop', nodeRole: nodes.roleArn, subnets: ['subnet-1'] }));
    },
    finds: [],
  },
  'a deployment from another account, by the name of its role': {
    build: (app) => void new iam.Role(new Stack(app, 'Deploy', { env: ENV }), 'Role', {
      assumedBy: new iam.AccountPrincipal('222233334444').withConditions({ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::222233334444:role/ci-*' } }),
    }),
    finds: [],
  },
  'a pipeline that deploys as administrator': {
    build: (app) => {
      const stack = new Stack(app, 'Classic', { env: ENV });
      const output = new codepipeline.Artifact();
      new codepipeline.Pipeline(stack, 'Pipeline', {
        stages: [
          { stageName: 'Source', actions: [new actions.S3SourceAction({ actionName: 'Source', bucket: new s3.Bucket(stack, 'Bucket', { versioned: true }), bucketKey: 'x.zip', output })] },
          { stageName: 'Deploy', actions: [new actions.CloudFormationCreateUpdateStackAction({ actionName: 'Deploy', stackName: 'shop', templatePath: output.atPath('t.json'), adminPermissions: true })] },
        ],
      });
    },
    finds: ['NHI5-administrator'],
  },
  'permission sets of IAM Identity Center': {
    build: (app) => void new sso.CfnPermissionSet(new Stack(app, 'People', { env: ENV }), 'Set', { instanceArn: 'arn:aws:sso:::instance/ssoins-1234567890abcdef', name: 'Admin', managedPolicies: ['arn:aws:iam::aws:policy/AdministratorAccess'] }),
    finds: [],
  },
  'a database with rotation': {
    build: (app) => {
      const stack = new Stack(app, 'Rotated', { env: ENV });
      new rds.DatabaseCluster(stack, 'Database', { vpc: new ec2.Vpc(stack, 'Vpc', { maxAzs: 2 }), engine: rds.DatabaseClusterEngine.auroraPostgres({ version: rds.AuroraPostgresEngineVersion.VER_16_4 }), writer: rds.ClusterInstance.serverlessV2('Writer') }).addRotationSingleUser();
    },
    // Rotation is an application of the Serverless Application Repository.
    finds: [],
  },
  'a database with a password in the code': {
    build: (app) => {
      const stack = new Stack(app, 'Literal', { env: ENV });
      new rds.DatabaseInstance(stack, 'Database', { vpc: new ec2.Vpc(stack, 'Vpc', { maxAzs: 2 }), engine: rds.DatabaseInstanceEngine.POSTGRES, credentials: rds.Credentials.fromPassword('shop', SecretValue.unsafePlainText('hunter2hunter2')) });
    },
    finds: ['NHI2-secret-in-property'],
  },
  'jobs of AWS Glue with one role and a password as an argument': {
    build: (app) => {
      const stack = new Stack(app, 'Glue', { env: ENV });
      const { roleArn } = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('glue.amazonaws.com'), managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSGlueServiceRole')] });
      new glue.CfnJob(stack, 'Import', { role: roleArn, command: { name: 'glueetl' }, defaultArguments: { '--db_password': 'hunter2hunter2', '--TempDir': 's3://files/tmp' } });
      new glue.CfnCrawler(stack, 'Crawler', { role: roleArn, targets: {} });
    },
    finds: ['NHI2-secret-in-environment', 'NHI9-shared'],
  },
  'a service with names of secrets in its environment': {
    build: (app) => {
      const stack = new Stack(app, 'Names', { env: ENV });
      new ecs.FargateTaskDefinition(stack, 'Task').addContainer('App', {
        image: ecs.ContainerImage.fromRegistry('nginx'),
        environment: {
          DB_PASSWORD_SECRET: 'shop/db-login', KEYCLOAK_SECRET: 'keycloak-client', AUTH_TOKEN_URL: 'https://example.com/token', PASSWORD_POLICY: 'strong-policy', API_KEY_HEADER: 'x-api-key', JWT_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:jwt',
        },
      });
    },
    finds: [],
  },
  'log retention, emptied buckets and notifications': {
    build: (app) => {
      const stack = new Stack(app, 'Files', { env: ENV });
      const bucket = new s3.Bucket(stack, 'Bucket', { autoDeleteObjects: true, removalPolicy: RemovalPolicy.DESTROY });
      bucket.addEventNotification(s3.EventType.OBJECT_CREATED, new notifications.LambdaDestination(handler(stack, 'Reads')));
    },
    finds: [],
  },
  'a group of servers with Systems Manager': {
    build: (app) => {
      const stack = new Stack(app, 'Servers', { env: ENV });
      const group = new autoscaling.AutoScalingGroup(stack, 'Group', { vpc: new ec2.Vpc(stack, 'Vpc', { maxAzs: 2 }), instanceType: new ec2.InstanceType('t3.micro'), machineImage: ec2.MachineImage.latestAmazonLinux2023(), ssmSessionPermissions: true });
      group.addUserData('export TOKEN=$(aws secretsmanager get-secret-value --secret-id shop --query SecretString)', 'yum install -y httpd');
    },
    finds: [],
  },
  'a stage for each environment': {
    build: (app) => ['dev', 'prod'].forEach((name) => {
      const stack = new Stack(new Stage(app, name, { env: ENV }), 'Shop');
      new iam.Role(stack, 'Role', { assumedBy: new iam.ArnPrincipal(`arn:aws:iam::111122223333:role/${name}-caller`) });
    }),
    finds: [],
  },
  'a chat that is named live, and a portal for developers': {
    build: (app) => void new iam.Role(new Stack(app, 'live-chat', { env: ENV }), 'Role', { assumedBy: new iam.ArnPrincipal('arn:aws:iam::222233334444:role/dev-portal-role') }),
    finds: [],
  },
  'a template that is included': {
    build: (app) => {
      const file = join(mkdtempSync(join(tmpdir(), 'nhi-included-')), 'template.json');
      writeFileSync(file, JSON.stringify({ Parameters: { DbPassword: { Type: 'String', Default: 'hunter2' } }, Resources: { User: { Type: 'AWS::IAM::User' }, Key: { Type: 'AWS::IAM::AccessKey', Properties: { UserName: { Ref: 'User' } } } } }));
      new CfnInclude(new Stack(app, 'Included', { env: ENV }), 'Template', { templateFile: file });
    },
    finds: ['NHI1-no-end', 'NHI2-secret-in-parameter', 'NHI4-access-key', 'NHI4-iam-user'],
  },
};
