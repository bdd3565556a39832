from aws_cdk import App, Environment, Stack, aws_dynamodb as dynamodb, aws_lambda as lambda_
from cdk_nhi_lifecycle import LifecycleRegistry, AgentRuntime, AgentStage, Expiry, ManagedAgentIdentity, Sponsor

app = App()
env = Environment(account="111122223333", region="eu-central-1")

platform = Stack(app, "Platform", env=env, termination_protection=True)
registry = LifecycleRegistry(platform, "Agents")  # once per account

stack = Stack(app, "InvoiceBot", env=env)
invoices = dynamodb.Table(stack, "Invoices", partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING))

bot = ManagedAgentIdentity(
    stack,
    "Identity",
    registry=registry,
    agent_name="invoice-bot",
    purpose="Matches supplier invoices to purchase orders",
    sponsor=Sponsor.person(name="Ada Park", email="ada.park@example.com", backup_email="li.chen@example.com"),
    stage=AgentStage.TEST,  # mover: change this line
    expires=Expiry.on("2027-03-31"),
    runtime=AgentRuntime.lambda_(),
)
invoices.grant_read_data(bot.access_in(AgentStage.TEST))
invoices.grant_read_write_data(bot.access_in(AgentStage.PRODUCTION))  # dormant until promoted

lambda_.Function(
    stack,
    "Bot",
    role=bot.role,
    runtime=lambda_.Runtime.NODEJS_24_X,
    handler="index.handler",
    code=lambda_.Code.from_inline('exports.handler = async () => "matched";'),
)

app.synth()
