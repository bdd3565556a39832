import io.github.cdknhilifecycle.AgentRuntime;
import io.github.cdknhilifecycle.AgentStage;
import io.github.cdknhilifecycle.Expiry;
import io.github.cdknhilifecycle.LifecycleRegistry;
import io.github.cdknhilifecycle.ManagedAgentIdentity;
import io.github.cdknhilifecycle.PersonSponsorProps;
import io.github.cdknhilifecycle.Sponsor;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.dynamodb.Attribute;
import software.amazon.awscdk.services.dynamodb.AttributeType;
import software.amazon.awscdk.services.dynamodb.Table;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.Runtime;

public class InvoiceBotApp {
    public static void main(final String[] args) {
        final App app = new App();
        final Environment env = Environment.builder().account("111122223333").region("eu-central-1").build();

        final Stack platform = new Stack(app, "Platform", StackProps.builder().env(env).terminationProtection(true).build());
        final LifecycleRegistry registry = new LifecycleRegistry(platform, "Agents"); // once per account

        final Stack stack = new Stack(app, "InvoiceBot", StackProps.builder().env(env).build());
        final Table invoices = Table.Builder.create(stack, "Invoices")
            .partitionKey(Attribute.builder().name("id").type(AttributeType.STRING).build())
            .build();

        final ManagedAgentIdentity bot = ManagedAgentIdentity.Builder.create(stack, "Identity")
            .registry(registry)
            .agentName("invoice-bot")
            .purpose("Matches supplier invoices to purchase orders")
            .sponsor(Sponsor.person(PersonSponsorProps.builder()
                .name("Ada Park").email("ada.park@example.com").backupEmail("li.chen@example.com").build()))
            .stage(AgentStage.TEST) // mover: change this line
            .expires(Expiry.on("2027-03-31"))
            .runtime(AgentRuntime.lambda())
            .build();
        invoices.grantReadData(bot.accessIn(AgentStage.TEST));
        invoices.grantReadWriteData(bot.accessIn(AgentStage.PRODUCTION)); // dormant until promoted

        Function.Builder.create(stack, "Bot")
            .role(bot.getRole())
            .runtime(Runtime.NODEJS_24_X)
            .handler("index.handler")
            .code(Code.fromInline("exports.handler = async () => \"matched\";"))
            .build();

        app.synth();
    }
}
