// scope.toml, with every setting in it, damaged.
using System.Text;
using Scope.Agent.Configuration;
using Scope.Testing;

namespace Scope.Soak.Faults.Mutations;

sealed class ConfigurationInput : IMutatedInput
{
    static readonly byte[] s_whole = File.ReadAllBytes(Path.Combine(Checkout.Root, "scope.toml"));
    // The examples in it are comments; as settings they are read too.
    static readonly byte[] s_examples = Encoding.UTF8.GetBytes(string.Join('\n', SettingLists.All.Select(l => SettingLists.Examples(l.Section))).Replace("\n# ", "\n"));

    readonly TemporaryFolder _folder = new("toml");

    public string Name => "scope.toml";

    public void Take(Random random)
    {
        var path = _folder[$"{Environment.CurrentManagedThreadId}.toml"];
        File.WriteAllBytes(path, Mutation.Of(random.Next(2) == 0 ? s_whole : s_examples, random));
        var values = SettingValues.Load(new([], path, new Dictionary<string, string>(), []), out var mistakes);
        if (values is null && (mistakes.Count == 0 || mistakes.Any(m => m.Length == 0))) throw new InvalidOperationException("it is refused and does not say why");
        _ = values?.Settings;
    }

    public void Dispose() => _folder.Dispose();
}
