// In truth runs, EF's statements say which span asked for them, as the hand-written ones do.
using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Scope.Targets.Shop.Truth;

namespace Scope.Targets.Shop.Orders;

/// <summary>Stamps each statement of EF with its span.</summary>
public sealed class TruthInterceptor(TruthLog truth) : DbCommandInterceptor
{
    /// <inheritdoc/>
    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        command.CommandText = truth.StampSql(command.CommandText);
        return ValueTask.FromResult(result);
    }
}
