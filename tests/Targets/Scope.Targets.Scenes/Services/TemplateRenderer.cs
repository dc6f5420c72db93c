// Renders mail templates; from the days of one thread.
using System.Runtime.CompilerServices;
using System.Text;

namespace Scenes.Mailing;

public sealed class TemplateRenderer
{
    public static TemplateRenderer Instance { get; } = new();

    readonly StringBuilder _buffer = new();

    [MethodImpl(MethodImplOptions.Synchronized)]
    public string Render(string template, IReadOnlyDictionary<string, string> values)
    {
        _buffer.Clear().Append(template);
        for (int pass = 0; pass < 5000; pass++)
            foreach (var (name, value) in values)
                _buffer.Replace("{" + name + "}", value).Replace(value, "{" + name + "}");
        return _buffer.ToString();
    }
}
