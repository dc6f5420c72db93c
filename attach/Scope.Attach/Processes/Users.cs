// Names of users for people, from /etc/passwd as far as it tells; directory services are not asked.
namespace Scope.Attach.Processes;

/// <summary>Names of users.</summary>
static class Users
{
    static readonly Lazy<Dictionary<int, string>> ByUid = new(Read);

    /// <summary>The user's name, or the number when nothing names it.</summary>
    public static string Name(int uid) => ByUid.Value.TryGetValue(uid, out var name) ? name : uid.ToString();

    static Dictionary<int, string> Read()
    {
        var names = new Dictionary<int, string>();
        foreach (var line in (ProcFs.ReadText("/etc/passwd") ?? "").Split('\n'))
            if (line.Split(':') is [var name, _, var uid, ..] && int.TryParse(uid, out var number))
                names.TryAdd(number, name);
        return names;
    }
}
