// Texts that come again and again find their handle by a few of their characters and a comparison: a fifth of the time that
// hashing them whole for the shared dictionary takes. What collides is simply looked up there.
using Scope.Events;
using Scope.Events.Redaction;

namespace Scope.Attach.Translate;

/// <summary>The texts that one stream told lately.</summary>
sealed class TextCache(Names names, Redactor redactor)
{
    const int Slots = 1 << 12;
    const int LongestKept = 256; // Longer ones are messages and statements, which differ.

    readonly (string Text, NameId Name)[] _texts = new (string, NameId)[Slots];

    /// <summary>The handle of a text without its secrets.</summary>
    public NameId Intern(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > LongestKept) return Redacted(text);
        ref var slot = ref _texts[SlotOf(text)];
        if (slot.Text is { } known && text.SequenceEqual(known)) return slot.Name;
        var name = Redacted(text);
        if (!name.IsNone) slot = (text.SequenceEqual(names[name]) ? names[name] : text.ToString(), name);
        return name;
    }

    NameId Redacted(ReadOnlySpan<char> text)
    {
        if (!redactor.TryRedact(text, out var redacted)) return names.Intern(text);
        var name = names.Intern(redacted.Text);
        redacted.GiveBack();
        return name;
    }

    static int SlotOf(ReadOnlySpan<char> text) =>
        (int)((uint)(text[0] + text[^1] * 31 + text[text.Length / 2] * 961 + text[text.Length / 3] * 29791 + text[text.Length * 2 / 3] * 923521 + text.Length * 28629151) * 0x9E3779B9u >> 20) & Slots - 1;
}
