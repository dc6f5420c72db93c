// Secrets of twenty kinds as they stand in real texts. Each has a core that no other text has, so that a search for cores
// finds whatever of it was kept.
using System.Globalization;
using System.Text;

namespace Planted;

/// <summary>Makes secrets.</summary>
static class Secrets
{
    /// <summary>One way each for a secret to stand in a text; the first argument is the core, the second a card's number.</summary>
    static readonly Func<string, string, string>[] Kinds =
    [
        (core, _) => $"password={core}",
        (core, _) => $"{{\"user\":\"joe\",\"password\":\"{core}\"}}",
        (core, _) => $"Host=db;Username=app;Password={core} x,y;Pooling=true",
        (core, _) => $"DefaultEndpointsProtocol=https;AccountName=a;AccountKey={Base64(core)};EndpointSuffix=core",
        (core, _) => $"amqp://app:{core}@queue:5672/v",
        (core, _) => $"GET https://shop.example/search?q={core}&page={core} answered",
        (core, _) => $"Authorization: Bearer {core}",
        (core, _) => $"sent Basic {Base64("joe:" + core)} to upstream",
        (core, _) => $"token eyJhbGciOiJIUzI1NiJ9.{Base64(core)}.dozjgNryP4J3jVmN accepted",
        (core, _) => $"key AKIA{core.ToUpperInvariant()}ABCDEF used",
        (core, _) => $"cloned with ghp_{core}ABCDEFGHIJKLMNOP",
        (core, _) => $"posted with xoxb-{core}-abcdef",
        (core, _) => $"charged by sk_live_{core}abcdef",
        (core, _) => $"maps AIzaSy{core}ABCDEFGHIJKLMNOPQRS",
        (core, _) => $"-----BEGIN PRIVATE KEY-----\n{core}\n{Base64(core)}\n-----END PRIVATE KEY-----",
        (core, _) => $"mail to {core}@mail.example.com failed",
        (_, card) => $"paid with {card[..4]} {card[4..8]} {card[8..12]} {card[12..]}",
        (core, _) => $"Set-Cookie: sid={core}; Path=/",
        (core, _) => $"X-Api-Key: {core}",
        (core, _) => $"Failed executing SELECT * FROM users WHERE name = '{core}' AND id = 3",
    ];

    /// <summary>The secret of a number, in its text.</summary>
    public static string Text(int number) => Kinds[number % Kinds.Length](Core(number), Card(number));

    /// <summary>What must not be found anywhere: also as base 64 has it, and in capitals.</summary>
    public static string Core(int number) => $"zq{number:x8}vk";

    // A test range of a card's issuer, the number, and the check digit.
    static string Card(int number)
    {
        var digits = string.Create(CultureInfo.InvariantCulture, $"497010{number:000000000}");
        var sum = digits.Select((digit, i) => (digit - '0') * (i % 2 == 0 ? 2 : 1)).Sum(d => d > 9 ? d - 9 : d);
        return digits + (10 - sum % 10) % 10;
    }

    static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
