// The rules of taxation, made ready before the first request.
using System.Security.Cryptography;
using System.Text;

namespace Scenes.Taxes;

public sealed class RuleBook
{
    readonly Dictionary<string, string> _rules = [];

    public static RuleBook Load()
    {
        var book = new RuleBook();
        for (int rule = 0; rule < 60; rule++)
            book._rules[$"rule {rule}"] = Seal(rule);
        return book;
    }

    public int Count => _rules.Count;

    static string Seal(int rule) => Convert.ToHexString(Rfc2898DeriveBytes.Pbkdf2($"rule {rule}", Encoding.UTF8.GetBytes("salt and more salt"), 400_000, HashAlgorithmName.SHA256, 32));
}
