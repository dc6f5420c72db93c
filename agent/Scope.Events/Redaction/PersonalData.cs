// What names or pays for a person: e-mail addresses and the numbers of payment cards. A card is told from other long numbers
// by its issuer's range, its length and its check digit, so that ids and time stamps stay.
namespace Scope.Events.Redaction;

/// <summary>Finds addresses and card numbers.</summary>
static class PersonalData
{
    /// <summary>The fewest digits of a card.</summary>
    public const int FewestDigits = 13;

    const int MostDigits = 19;

    /// <summary>Beginnings of card numbers, from and to, and how many digits such a number has.</summary>
    static readonly (int From, int To, int Digits)[] Issuers =
    [
        (4, 4, 13), (4, 4, 16), (4, 4, 19), (51, 55, 16), (2221, 2720, 16), (34, 34, 15), (37, 37, 15),
        (6011, 6011, 16), (644, 659, 16), (62, 62, 16), (3528, 3589, 16), (300, 305, 14), (36, 36, 14), (38, 39, 14),
    ];

    /// <summary>Adds the e-mail addresses.</summary>
    public static void FindAddresses(ReadOnlySpan<char> text, ref HiddenRanges hidden)
    {
        for (var at = 0; at < text.Length && text[at..].IndexOf('@') is >= 0 and var next; at++)
        {
            at += next;
            var (from, to) = (at, at + 1);
            while (from > 0 && IsLocal(text[from - 1])) from--;
            while (to < text.Length && IsDomain(text[to])) to++;
            var domain = text[(at + 1)..to].TrimEnd('.');
            if (from < at && domain.LastIndexOf('.') is > 0 and var dot && domain.Length - dot > 2 && !domain[(dot + 1)..].ContainsAnyInRange('0', '9')) hidden.Add(from, at + 1 + domain.Length);
        }
    }

    /// <summary>Adds the card numbers, whose digits may stand in groups.</summary>
    public static void FindCards(ReadOnlySpan<char> text, ref HiddenRanges hidden)
    {
        Span<char> digits = stackalloc char[MostDigits + 1];
        for (var at = 0; at < text.Length && text[at..].IndexOfAnyInRange('0', '9') is >= 0 and var next;)
        {
            at += next;
            var isWithinWord = at > 0 && (char.IsLetter(text[at - 1]) || text[at - 1] is '.' or '_');
            var (from, to, count) = (at, at, 0);
            for (; at < text.Length && (char.IsAsciiDigit(text[at]) || IsSeparator(text, at)); at++)
            {
                if (!char.IsAsciiDigit(text[at])) continue;
                if (count < digits.Length) digits[count++] = text[at];
                to = at + 1;
            }
            if (to < text.Length && (char.IsLetter(text[to]) || text[to] == '_')) continue;
            if (count is >= FewestDigits and <= MostDigits && !isWithinWord && IsCard(digits[..count])) hidden.Add(from, to);
        }
    }

    // One blank or hyphen between two digits.
    static bool IsSeparator(ReadOnlySpan<char> text, int at) => text[at] is ' ' or '-' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]) && char.IsAsciiDigit(text[at - 1]);

    static bool IsCard(ReadOnlySpan<char> digits)
    {
        var isIssued = false;
        foreach (var (from, to, count) in Issuers)
            isIssued |= digits.Length == count && int.Parse(digits[..(from > 999 ? 4 : from > 99 ? 3 : from > 9 ? 2 : 1)], System.Globalization.CultureInfo.InvariantCulture) is var begin && begin >= from && begin <= to;
        return isIssued && HasCheckDigit(digits);
    }

    // The formula of Luhn: every second digit from the right counts twice, as the sum of its digits.
    static bool HasCheckDigit(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            sum += i % 2 == 0 ? digit : digit > 4 ? 2 * digit - 9 : 2 * digit;
        }
        return sum % 10 == 0;
    }

    static bool IsLocal(char c) => char.IsLetterOrDigit(c) || c is '.' or '_' or '%' or '+' or '-';

    static bool IsDomain(char c) => char.IsLetterOrDigit(c) || c is '.' or '-';
}
