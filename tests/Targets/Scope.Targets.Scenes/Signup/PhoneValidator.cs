// Checks phone numbers by the pattern of their country.
using System.Text.RegularExpressions;

namespace Scenes.Signup;

public sealed class PhoneValidator
{
    public bool IsValid(string country, string number)
    {
        var pattern = new Regex($@"^\+?{Regex.Escape(country)}[ /-]?(\(0\))?\d{{2,5}}[ /-]?(\d+[ -]?){{1,4}}\d+$", RegexOptions.Compiled | RegexOptions.IgnoreCase);
        return pattern.IsMatch(number);
    }
}
