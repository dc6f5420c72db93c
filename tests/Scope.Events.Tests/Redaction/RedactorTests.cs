// What is taken out of texts and what stays, rule by rule; and the costs of a mistake on either side.
using System.Text.RegularExpressions;
using Scope.Events.Redaction;

namespace Scope.Events.Tests.Redaction;

[TestClass]
public sealed class RedactorTests
{
    [TestMethod]
    [DataRow("login failed, password=hunter2", "login failed, password=[redacted]")]
    [DataRow("login failed, password = hunter2 for joe", "login failed, password = [redacted] for joe")]
    [DataRow("{\"user\":\"joe\",\"password\":\"hunter \\\"2\\\"\",\"x\":1}", "{\"user\":\"joe\",\"password\":\"[redacted]\",\"x\":1}")]
    [DataRow("{\\\"apiKey\\\": \\\"hunter2\\\", \\\"x\\\": 1}", "{\\\"apiKey\\\": \\\"[redacted]\\\", \\\"x\\\": 1}")]
    [DataRow("Host=db;Username=app;Password=hun ter,2;Pooling=true", "Host=db;Username=app;Password=[redacted];Pooling=true")]
    [DataRow("Server=db;User Id=app;Pwd='hun;ter2';", "Server=db;User Id=app;Pwd='[redacted]';")]
    [DataRow("AccountName=a;AccountKey=aGVsbG8gd29ybGQ=;EndpointSuffix=core", "AccountName=a;AccountKey=[redacted];EndpointSuffix=core")]
    [DataRow("Authorization: Basic aHVudGVyOjI=\r\nAccept: */*", "Authorization: [redacted]\r\nAccept: */*")]
    [DataRow("Set-Cookie: sid=31d4d96e407aad42; Path=/; HttpOnly", "Set-Cookie: [redacted]")]
    [DataRow("X-Api-Key: 31d4d96e407aad42", "X-Api-Key: [redacted]")]
    [DataRow("DB_PASSWORD=hunter2 dotnet app.dll", "DB_PASSWORD=[redacted] dotnet app.dll")]
    [DataRow("client_secret => hunter2", "client_secret => [redacted]")]
    public void What_stands_behind_a_secret_key_is_hidden(string text, string shown) => Redactor.BuiltIn.Redact(text).ShouldBe(shown);

    [TestMethod]
    [DataRow("GET https://shop/pay?card=1&name=joe%20x#top", "GET https://shop/pay?card=[redacted]&name=[redacted]#top")]
    [DataRow("amqp://app:hunter2@queue:5672/v", "amqp://app:[redacted]@queue:5672/v")]
    [DataRow("connecting to redis://:hunter2@cache", "connecting to redis://:[redacted]@cache")]
    [DataRow("https://shop:8080/orders/17", "https://shop:8080/orders/17")]
    public void Addresses_keep_their_path_and_lose_their_values(string text, string shown) => Redactor.BuiltIn.Redact(text).ShouldBe(shown);

    [TestMethod]
    [DataRow("token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmN accepted", "token [redacted] accepted")]
    [DataRow("uses AKIAIOSFODNN7EXAMPLE now", "uses [redacted] now")]
    [DataRow("cloned with ghp_16C7e42F292c6912E7710c838347Ae178B4a", "cloned with [redacted]")]
    [DataRow("sent Bearer abc123def456 to upstream", "sent Bearer [redacted] to upstream")]
    [DataRow("sent basic aHVudGVyOjI= to upstream", "sent basic [redacted] to upstream")]
    [DataRow("-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nabc\n-----END RSA PRIVATE KEY----- loaded", "[redacted]-----END RSA PRIVATE KEY----- loaded")]
    public void Tokens_are_known_by_their_shape(string text, string shown) => Redactor.BuiltIn.Redact(text).ShouldBe(shown);

    [TestMethod]
    [DataRow("mail to joe.bloggs+shop@example.co.uk.", "mail to [redacted].")]
    [DataRow("paid with 4111 1111 1111 1111, thanks", "paid with [redacted], thanks")]
    [DataRow("paid with 378282246310005", "paid with [redacted]")]
    [DataRow("card:5555-5555-5555-4444", "card:[redacted]")]
    public void What_names_or_pays_for_a_person_is_hidden(string text, string shown) => Redactor.BuiltIn.Redact(text).ShouldBe(shown);

    [TestMethod]
    [DataRow("Failed executing SELECT * FROM users WHERE name = 'O''Brien' AND id = 3", "Failed executing SELECT * FROM users WHERE name = '[redacted]' AND id = 3")]
    [DataRow("Executed DbCommand [Parameters=[@p0='joe' (Size = 40)], CommandType='Text']", "Executed DbCommand [Parameters=[@p0='[redacted]' (Size = 40)], CommandType='[redacted]']")]
    public void Literals_of_statements_in_other_texts_are_hidden(string text, string shown) => Redactor.BuiltIn.Redact(text).ShouldBe(shown);

    [TestMethod]
    [DataRow("GET")]
    [DataRow("/api/stock/{product}/reserve")]
    [DataRow("Object reference not set to an instance of an object.")]
    [DataRow("The given key 'order-17' was not present in the dictionary.")]
    [DataRow("Bearer authentication failed: the header is missing")]
    [DataRow("prompt_tokens=532, completion_tokens: 17")]
    [DataRow("System.Private.CoreLib, Version=10.0.0.0, Culture=neutral, PublicKeyToken=7cec85d7bea7798e")]
    [DataRow("trace 0af7651916cd43dd8448eb211c80319c took 1763751611123456789 ns")]
    [DataRow("order 4111111111111112 at 2026-11-21 19:30:00.123456")]
    [DataRow("npm package scope@1.2.3 by @p0 and user@host")]
    [DataRow("is it so? yes, x=1")]
    [DataRow("Can't select 'Foo'")]
    public void What_someone_needs_at_night_stays(string text)
    {
        Redactor.BuiltIn.TryRedact(text, out _).ShouldBeFalse();
        Redactor.BuiltIn.Redact(text).ShouldBeSameAs(text);
    }

    [TestMethod]
    [DataRow("app --password hunter2 --port 80", "app --password [redacted] --port 80")]
    [DataRow("app --token \"a b\" --db-password=hunter2", "app --token [redacted] --db-password=[redacted]")]
    [DataRow("app \"--secret=hunter 2\" serve", "app \"--secret=[redacted] serve")]
    [DataRow("app Host=db;Username=u;Password=hunter2;Port=1", "app Host=db;Username=u;Password=[redacted];Port=1")]
    [DataRow("app --token --verbose", "app --token --verbose")]
    [DataRow("app --urls http://localhost:5000 serve", "app --urls http://localhost:5000 serve")]
    public void A_command_line_loses_its_secrets_only(string line, string shown) => Redactor.BuiltIn.CommandLine(line).ShouldBe(shown);

    [TestMethod]
    public void A_user_adds_keys_and_a_pattern()
    {
        var redactor = new Redactor(new(["Tax-Number"]), new Regex(@"PRJ-\d+", RegexOptions.NonBacktracking));
        redactor.Redact("tax_number: 5 of PRJ-17").ShouldBe("tax_number: [redacted]");
        redactor.Redact("of PRJ-17 and PRJ-18").ShouldBe("of [redacted] and [redacted]");
        redactor.IsSecret("customer.taxNumber").ShouldBeTrue();
    }

    [TestMethod]
    public void A_text_with_more_secrets_than_there_is_room_for_is_hidden_from_there_on()
    {
        var shown = Redactor.BuiltIn.Redact(string.Concat(Enumerable.Range(0, 500).Select(i => $"password=hunter{i} and then ")));
        shown.ShouldNotContain("hunter");
        shown.ShouldEndWith(Redactor.Replacement);
    }

    [TestMethod]
    public void Whatever_stands_around_a_secret_nothing_is_torn()
    {
        var random = new Random(5);
        const string Alphabet = "aB1 =:?@'\";&/-.\\\n{}[]";
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => random.Next(12) switch { 0 => "password", 1 => "SELECT * FROM ", 2 => " eyJabcdefghijklmnopqrst", 3 => "://", _ => Alphabet[random.Next(Alphabet.Length)].ToString() }));
            var once = Redactor.BuiltIn.Redact(text);
            once.Length.ShouldBeLessThanOrEqualTo(text.Length + 64 * Redactor.Replacement.Length, text);
            once.ShouldNotContain("eyJabcdefghijklmnopqrst", Case.Sensitive, text);
        }
    }
}
