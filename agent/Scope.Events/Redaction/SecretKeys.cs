// Which keys speak of a secret: of a tag, an option, a header, a variable, a field of JSON, a part of a connection string.
// What stands under such a key is never kept. It errs towards hiding too much: a part of the key is enough.
namespace Scope.Events.Redaction;

/// <summary>The words that make a key secret.</summary>
public sealed class SecretKeys
{
    // Matched in any case, anywhere in a key whose '_', '-', '.' and ' ' are left out: Db_Password, x-api-key, User Password.
    static readonly string[] BuiltIn =
    [
        "password", "passwd", "passphrase", "pwd", "secret", "token", "apikey", "accesskey", "accountkey", "privatekey", "signingkey", "encryptionkey", "sharedkey",
        "authorization", "cookie", "credential", "connectionstring", "signature", "sessionid", "sasl", "pincode", "cvv", "cvc", "ssn",
    ];

    // Words that hold one of the above and are none: counts of a language model's tokens, a type of the framework.
    static readonly string[] Harmless = ["tokens", "cancellationtoken", "publickeytoken", "tokentype", "tokencount"];

    const int LongestKey = 128;

    readonly string[] _words;

    /// <summary>The built-in words and those that a user added.</summary>
    public SecretKeys(IEnumerable<string> added)
    {
        Span<char> plain = stackalloc char[LongestKey];
        _words = BuiltIn;
        foreach (var word in added)
            if (Plain(word, plain) is > 0 and var length) _words = [.. _words, plain[..length].ToString()];
    }

    /// <summary>Whether what stands under this key must not be kept.</summary>
    public bool Contains(ReadOnlySpan<char> key)
    {
        Span<char> plain = stackalloc char[LongestKey];
        var name = plain[..Plain(key, plain)];
        foreach (var word in _words)
            if (name.IndexOf(word) >= 0) return !IsHarmless(name);
        return false;
    }

    static bool IsHarmless(ReadOnlySpan<char> name)
    {
        foreach (var word in Harmless)
            if (name.EndsWith(word)) return true;
        return false;
    }

    // Of a long key the end: that is where its meaning stands.
    static int Plain(ReadOnlySpan<char> key, Span<char> into)
    {
        if (key.Length > into.Length) key = key[^into.Length..];
        var length = 0;
        foreach (var c in key)
            if (c is not ('_' or '-' or '.' or ' ')) into[length++] = char.ToLowerInvariant(c);
        return length;
    }
}
