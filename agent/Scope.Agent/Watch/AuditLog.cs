// The audit log of watch: one line of JSON for each thing that it did or decided not to do, for its owner only. It holds what
// rules say and what came of actions, nothing that a target said. It is also the memory of limits: who was killed and starts
// again reads there what was done today. Past its size it is renamed, and one older file is kept.
using System.Text.Encodings.Web;
using System.Text.Json;
using Scope.Events;
using Scope.Store.Recordings;

namespace Scope.Agent.Watch;

/// <summary>A line of the audit log.</summary>
/// <param name="Time">When.</param>
/// <param name="What">What happened: started, attached, ended, fired, an action's name, …</param>
/// <param name="Service">The service; "" where it is about none.</param>
/// <param name="Pid">The process; 0 where it is about none.</param>
/// <param name="Rule">The rule; "" where it is about none.</param>
/// <param name="Done">Whether it was done.</param>
/// <param name="Text">Why, or what came of it.</param>
/// <param name="Folder">The folder of what was kept; "" where nothing was.</param>
sealed record AuditEntry(DateTime Time, string What, string Service, int Pid, string Rule, bool Done, string Text, string Folder);

/// <summary>The audit log. Safe for any number of threads.</summary>
sealed class AuditLog
{
    /// <summary>Its file in the folder of watch.</summary>
    public const string FileName = "audit.jsonl";

    /// <summary>What is told when a rule fires.</summary>
    public const string Fired = "fired";

    static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly string _path;
    readonly Action<string> _tell;
    readonly Lock _lock = new();

    /// <param name="folder">The folder of watch.</param>
    /// <param name="tell">Is told each line in words too.</param>
    public AuditLog(string folder, Action<string> tell) => (_path, _tell) = (Path.Combine(folder, FileName), tell);

    /// <summary>Adds a line.</summary>
    public void Add(string what, string text, WatchedTarget? target = null, string rule = "", bool done = true, string? folder = null)
    {
        var entry = new AuditEntry(DateTime.UtcNow, what, target?.Service ?? "", target?.Pid ?? 0, rule, done, text, folder ?? "");
        _tell($"{(entry.Service.Length > 0 ? $"{entry.Service} ({entry.Pid}): " : "")}{(rule.Length > 0 ? $"rule {rule}: " : "")}{what}{(done ? "" : " not done")}{(text.Length > 0 ? $": {text}" : "")}{(folder is null ? "" : $" [{folder}]")}");
        try
        {
            lock (_lock) Append(entry);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _tell($"the audit log {_path} cannot be written: {e.Message}");
        }
    }

    /// <summary>The lines that can be read, the oldest first; a torn one, as a kill leaves it, is stepped over.</summary>
    public IReadOnlyList<AuditEntry> Read()
    {
        var entries = new List<AuditEntry>();
        foreach (var path in (string[])[Older, _path])
            if (File.Exists(path))
                foreach (var line in File.ReadLines(path))
                    if (Parse(line) is { } entry) entries.Add(entry);
        return entries;
    }

    string Older => _path + ".1";

    void Append(AuditEntry entry)
    {
        if (File.Exists(_path) && new FileInfo(_path).Length > Limits.AuditBytes) File.Move(_path, Older, overwrite: true);
        using var file = OwnerFile.Append(_path);
        // A line that a kill tore is ended first, so that it takes no other with it.
        file.Write([.. file.Position > 0 && !EndsLine() ? "\n"u8 : default, .. JsonSerializer.SerializeToUtf8Bytes(entry, Format), (byte)'\n']);
    }

    bool EndsLine()
    {
        using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n';
    }

    static AuditEntry? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<AuditEntry>(line, Format);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
